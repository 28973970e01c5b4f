"""One file per output format: ``render(audit) -> str``, from the audit and nothing else."""
