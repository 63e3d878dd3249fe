"""What a store should become, and what it becomes: plans, before anything is written."""
