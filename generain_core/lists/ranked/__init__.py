"""Lists of genes with a score, as files hold them (`ranking_files`), several in one table too (`several_rankings`)."""
