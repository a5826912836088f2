"""presscorpus: WordPress sites turned into datasets that a paper can cite."""
