"""What single things move: weight from factor to factor, one figure, one reading of the policy."""
