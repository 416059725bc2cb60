/*
 * page.css and page.js as the Makefile puts them into the program.
 */
#ifndef PIPELINE_PUBLISH_PAGE_ASSETS_H
#define PIPELINE_PUBLISH_PAGE_ASSETS_H

#include <stddef.h>

extern const char page_style[], page_script[]; /* not NUL-terminated */
extern const size_t page_style_bytes, page_script_bytes;

#endif
