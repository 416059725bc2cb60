/*
 * Does a number as it is said agree with a value?
 *
 * 约, 近, 余 and 达 are read by what they claim: 约8亿 is what rounds to it in whole hundred
 * millions; 近30 lies a little (at most a tenth) below 30; 140余 is above 140 and below 150, by the
 * place of its last digit that is not 0; 达7万 is 7万.
 */
#ifndef PIPELINE_PUBLISH_AGREE_H
#define PIPELINE_PUBLISH_AGREE_H

#include "pipeline/publish/mention.h"

enum agreement {
    AGREE_NO,
    AGREE_ROUNDED, /* true, or a rounding of it, but not as the figure is printed */
    AGREE_YES
};

/* m against the exact value x and how it is printed (NULL: in words only). */
enum agreement agree(const struct mention *m, struct exact x, const struct mention *printed);

#endif
