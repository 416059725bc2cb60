/*
 * Two folders change names: the new result takes the place of the old one.
 *
 * In one step where the file system can (renameat2). Those that lie on other machines mostly
 * cannot: there the old folder is first put aside as "<to>.old", and for an instant there is none.
 * Who is killed in that instant leaves it aside; exchange_mend puts it back.
 */
#ifndef PIPELINE_RUN_EXCHANGE_H
#define PIPELINE_RUN_EXCHANGE_H

#include <stdbool.h>

#include "pipeline/base/err.h"

/* Exchanges `from` and `to`; where there is no `to`, `from` is renamed. False and *e (ST_SYSTEM):
 * both are as they were. */
bool exchange_names(const char *from, const char *to, struct err *e);

/* The same by several renames, whatever the file system can do. */
bool exchange_by_steps(const char *from, const char *to, struct err *e);

/* Puts back what an exchange by steps has left aside that was killed half-way. Only for who may
 * change `to` (the holder of the lock). Nothing there is fine. */
bool exchange_mend(const char *to, struct err *e);

#endif
