"""What a whole vault comes to, in numbers: sizes, gains and losses, companies, reach and health."""
