"""German and English, purely: sentences, fitting, counting, hashtags, dates."""
