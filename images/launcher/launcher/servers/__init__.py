"""People's servers, and what each needs: a home, an account, GPUs, a place within the limits."""
