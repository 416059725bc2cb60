/*
 * Where the parts of the installation are, found from the executable: PREFIX/bin/tongji beside
 * PREFIX/libexec/tongji and PREFIX/share/tongji, wherever PREFIX is, so that nothing is compiled in
 * and a copied tree works.
 */
#ifndef PIPELINE_RUN_PLACES_H
#define PIPELINE_RUN_PLACES_H

#include "pipeline/base/err.h"

enum { PLACES_PATH = 4096 }; /* PATH_MAX */

/* The folder of the stage executables into out[size]; false and *e when it cannot be told. */
bool places_libexec(char *out, size_t size, struct err *e);

/* The configuration that new sites are made from: share/tongji/config.ini, or that of the source
 * tree above build/VARIANT/bin; without links and dots in its path. False and *e (ST_SYSTEM) when
 * there is none. */
bool places_template(char out[PLACES_PATH], struct err *e);

#endif
