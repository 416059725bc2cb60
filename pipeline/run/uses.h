/*
 * Which stage uses which setting: the one table behind what counts as a change for whom.
 *
 * A setting belongs to the earliest stage that uses it; the stages after that one rest on its
 * result and so on the setting too. One that no row names belongs to the first stage, so that a new
 * setting can do too much, but never too little.
 */
#ifndef PIPELINE_RUN_USES_H
#define PIPELINE_RUN_USES_H

#include "pipeline/calc/conf.h"

/* The stage (its name) that the setting `key` of [kind name] belongs to; NULL: what it says is
 * looked at elsewhere, or no stage uses it. key.n = 0: that the section is there. */
const char *uses_stage(struct str kind, struct str name, struct str key);

/* The settings that belong to a stage, as conf.canonical has them; in the arena. */
struct str uses_of_stage(const struct conf *c, const char *stage, struct arena *a);

/* Those of them that what clean makes of the one file at `path` (below raw), of an export, may
 * depend on; in the arena. Not among them is what they say of its name: its export, organisation,
 * cut-off and version. A path of no bytes: a file that no [file] section is about. */
struct str uses_of_file(const struct conf *c, size_t export, struct str path, struct arena *a);

/* The settings that the merged table of an export and those of its events may depend on, beside
 * what clean made of its files; in the arena. */
struct str uses_of_table(const struct conf *c, size_t export, struct arena *a);

/* Is a setting one of those of a file? section: "kind name"; key.n = 0: that the section is there.
 */
bool uses_of_file_has(const struct conf *c, size_t export, struct str path, struct str section,
                      struct str key);

/* Does what clean makes of single files depend on the reference table of this name? Not on its
 * corrections, which are those of one file each, nor on parameters, which types name. */
bool uses_reference_of_files(struct str name);

#endif
