"""What a file says against what the base holds, then every act, all or nothing; where values come from."""
