/*
 * What the result of a stage rests on, as a text: equal texts, equal results.
 *
 *     program tongji VERSION SHA256-OF-THE-EXECUTABLE
 *     input ID                  of the result that was read; or for the first stage:
 *     changes yes|no            whether altered cells are listed
 *     secret DIGITS             a fingerprint of the key for personal values, where one is needed
 *     raw BYTES SHA256 PATH     each raw file (run/rawset.h)
 *                               an empty line, and then what is set:
 *     version, year, cutoff
 *     reference NAME SHA256     of the tables that the stage uses first (run/uses.h)
 *     [kind name] ...           of the settings that it uses first, as conf.canonical has them
 *
 * Nothing in it is a path of this machine or a time, so that a result may be moved. The SHA-256 of
 * the text is the id of the result (run/stamp.h); the text lies in the file .basis beside it, so
 * that one can say what has changed.
 */
#ifndef PIPELINE_RUN_BASIS_H
#define PIPELINE_RUN_BASIS_H

#include "pipeline/run/opts.h"
#include "pipeline/run/rawset.h"

struct basis {
    const struct conf *conf;
    const struct refs *refs;
    const char *program;      /* SHA-256 of the stage's executable */
    const char *input;        /* id of the result that is read; NULL: raw files */
    const struct rawset *raw; /* what is known of them, for the first stage */
    bool list_changes;
};

/* The text for a stage of the chain; in the arena. False and *e when the key for personal values
 * cannot be read; one that is not there is not made. */
bool basis_text(size_t stage, const struct basis *b, struct arena *a, struct str *text,
                struct err *e);

/* Only what is set, the part behind the empty line. */
struct str basis_settings(size_t stage, const struct basis *b, struct arena *a);
struct str basis_settings_of(struct str text);

/* Writes the text, and the stamp that follows from it, into the folder of a result. */
bool basis_write(const char *dir, const struct basis *b, struct str text, struct err *e);

/* The text that lies in the folder, n = 0 when there is none; in the arena. */
struct str basis_read(const char *dir, struct arena *a);

/* Fills in the key for personal values, made on first use; nothing to do where the configuration
 * has no personal column. */
bool basis_secret(const struct conf *c, struct secret *k, struct err *e);

/* The same for who may not make one: without one all results are others. */
bool basis_secret_if_there(const struct conf *c, struct secret *k, struct err *e);

/* Does clean list altered cells, by the configuration and the options of this run? */
bool basis_lists_changes(const struct conf *c, const struct opts_shared *o);

#endif
