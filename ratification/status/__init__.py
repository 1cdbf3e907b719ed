"""Computation of the stored status: the body of the job."""
