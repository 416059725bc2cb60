/* The program's name and version, once. */
#ifndef PIPELINE_RUN_VERSION_H
#define PIPELINE_RUN_VERSION_H

#define TONGJI_VERSION "0.1.0"

#endif
