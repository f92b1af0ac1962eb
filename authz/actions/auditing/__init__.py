"""What is done with the audit trail: accesses reported to it, and the log read, reviewed and shown to the patient."""
