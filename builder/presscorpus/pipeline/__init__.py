"""The stages of dvc.yaml, and the commands that span packages."""
