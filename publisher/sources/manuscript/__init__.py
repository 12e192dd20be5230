"""What people write and paste, made an announcement: text, Markdown, pages and Word documents."""
