"""Harvest a site over its REST API (https://developer.wordpress.org/rest-api/)."""
