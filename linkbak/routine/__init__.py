"""What `linkbak run` does: everything that can be done without the one click that LinkedIn leaves to its members."""

__all__ = ["run", "run_state", "verify"]
