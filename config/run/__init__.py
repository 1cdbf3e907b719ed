"""Start-up of the site as one group of processes, and the queue that needs no broker."""
