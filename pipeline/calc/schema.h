/*
 * The tables that follow from the configuration: what clean and merge write, what compute reads.
 *
 * A table is an export or an event table; tables are numbered exports first, then events. In files:
 *   clean/<export>/<raw file>.tjt   the export's columns, then src_line
 *   merge/<table>.tjt               the export's columns, its deadlines, then src_file, src_line
 * An event table has the merged columns of its export.
 */
#ifndef PIPELINE_CALC_SCHEMA_H
#define PIPELINE_CALC_SCHEMA_H

#include "pipeline/calc/conf.h"

/* Number of tables. */
size_t schema_tables(const struct conf *c);

/* Name of table t; the export that it has the columns of. */
struct str schema_name(const struct conf *c, size_t t);
size_t schema_export(const struct conf *c, size_t t);

/* Table called name, or SIZE_MAX. */
size_t schema_find(const struct conf *c, struct str name);

/* The columns of an export's clean table / of table t after merge; in the arena. */
struct tschema schema_clean(const struct conf *c, size_t export, struct arena *a);
struct tschema schema_merged(const struct conf *c, size_t t, struct arena *a);

/* The file of the clean table of a raw file, and of a merged table, below the stage's folder `dir`.
 * A NUL follows. */
struct str schema_clean_path(struct arena *a, const char *dir, struct str export, struct str file);
struct str schema_merged_path(struct arena *a, const char *dir, struct str table);

#endif
