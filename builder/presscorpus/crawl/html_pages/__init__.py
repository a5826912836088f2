"""The harvest of a site whose REST API is closed: listings of its pages, and the pages themselves."""
