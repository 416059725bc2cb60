/*
 * The text of a Word document (.docx).
 *
 * A .docx is a ZIP archive whose part word/document.xml holds the text (ECMA-376, part
 * 1, 17.2-17.3): paragraphs w:p with runs of w:t. Only that much is read: no headers, footnotes,
 * comments, and no text that a reviser has deleted (w:delText). The scanner below takes tags and
 * text and nothing else of XML: a document.xml has no doctype, and entities other than the five of
 * XML and numbers stand as they are.
 */
#ifndef PIPELINE_IO_DOCX_H
#define PIPELINE_IO_DOCX_H

#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

/* Appends the text of the document at path to out: UTF-8, a line for each paragraph. False and *e:
 * unreadable (ST_SYSTEM), no Word document or damaged (ST_DATA, E-DOCX-01), or more than max_bytes
 * of XML (E-FILE-01). */
bool docx_read(const char *path, size_t max_bytes, struct strbuf *out, struct err *e);

/* The same from the XML itself. */
void docx_text(struct str xml, struct strbuf *out);

#endif
