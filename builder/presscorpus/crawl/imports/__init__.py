"""Importing what somebody else captured: JSON files, WARC and WACZ, closed crawls."""
