"""The Hugging Face Hub: send a release as one commit, read it back, tag it last.

The order makes every interruption harmless. A release is published when its tag stands, and the tag is set only on a
commit whose files have been read back and are the release, byte for byte; everything before that may be repeated. So a
rerun sends what is missing, or only sets the tag, or does nothing. See docs/decisions/0009-hub.md.

This package decides no policy: its callers settle whether a release may be published. The Hub's client finds the token
(HF_TOKEN, or `hf auth login`); it is never held, printed or passed on here.
"""

from __future__ import annotations

from presscorpus.release.hub.difference import File, Plan, Publication, files
from presscorpus.release.hub.publishing import plan, publish
from presscorpus.release.hub.storage import Stored, is_storage, store

__all__ = ["File", "Plan", "Publication", "Stored", "files", "is_storage", "plan", "publish", "store"]
