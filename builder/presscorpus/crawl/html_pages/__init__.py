"""The harvest of a site whose REST API is closed.

Listings of its pages, and the pages themselves.
"""
