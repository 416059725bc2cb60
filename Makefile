# tongji: build, test, run. `make help` lists the targets.
#
# One makefile, no recursion. VARIANT chooses compiler flags and a build tree of its own:
#   release (default), asan (ASan + UBSan), tsan, clang (clang, warnings only)

VARIANT ?= release
B := build/$(VARIANT)

PKGS := libsodium liblz4 zlib
CFLAGS_release := -O2 -g
CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan := -O1 -g -fsanitize=thread
CFLAGS_clang := -O2 -g
ifeq ($(VARIANT),clang)
CC := clang
endif
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
        -Wvla -Wformat=2 -Wwrite-strings -Werror
CPPFLAGS += -D_GNU_SOURCE -I.
CFLAGS := -std=c11 $(WARN) -pthread $(CFLAGS_$(VARIANT))
LDFLAGS += -pthread
LDLIBS := -lcsv -lsodium -llz4 -lz

LIB_SRC := $(wildcard pipeline/base/*.c pipeline/io/*.c pipeline/calc/*.c pipeline/run/*.c)
STAGE_SRC := $(wildcard stages/*.c)
UNIT_SRC := $(wildcard tests/unit/test_*.c)
LIB_OBJ := $(LIB_SRC:%.c=$B/obj/%.o)
LIB := $B/obj/libtongji.a
STAGES := $(STAGE_SRC:stages/%.c=$B/libexec/tongji/%)
UNITS := $(UNIT_SRC:tests/unit/%.c=$B/unit/%)

.DEFAULT_GOAL := all
.PHONY: all
all: $B/bin/tongji $(STAGES)

$B/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$B/bin/tongji: $B/obj/pipeline/tongji.o $B/obj/pipeline/chain.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/libexec/tongji/%: $B/obj/stages/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/unit/%: $B/obj/tests/unit/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

.PRECIOUS: $B/obj/%.o
-include $(shell find $B/obj -name '*.d' 2>/dev/null)
