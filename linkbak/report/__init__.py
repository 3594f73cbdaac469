"""What the user sees: tables for people, documents for programs."""
