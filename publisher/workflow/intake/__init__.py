"""From a source to the archive: what is seen, whether it is new, what it says, what an editor would remark."""
