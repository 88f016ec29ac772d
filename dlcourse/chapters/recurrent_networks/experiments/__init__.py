"""The experiments of chapter 15, recurrent networks."""
