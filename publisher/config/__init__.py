"""config.toml: read once at the start, told in sentences where it is wrong, frozen from then on."""
