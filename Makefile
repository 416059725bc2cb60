# tongji: build, test, run. `make help` lists the targets.
#
# One makefile, no recursion but that of `make run`. VARIANT chooses compiler flags and a build tree
# of its own, build/VARIANT:
#   release (default), asan (ASan + UBSan), tsan, clang (clang, for its warnings), fuzz (clang, for
#   tests/fuzz)

VARIANT ?= release
B := build/$(VARIANT)

CFLAGS_release := -O2 -g
CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan := -O1 -g -fsanitize=thread
CFLAGS_clang := -O1 -g
# Coverage for libFuzzer; checksums count as right, or no change would get past them.
CFLAGS_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
               -fno-omit-frame-pointer -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
ifneq ($(filter clang fuzz,$(VARIANT)),)
CC := clang
endif
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
        -Wvla -Wformat=2 -Wwrite-strings -Werror
CPPFLAGS += -D_GNU_SOURCE -I.
CFLAGS := -std=c11 $(WARN) -pthread $(CFLAGS_$(VARIANT))
LDFLAGS += -pthread -Wl,--as-needed
LDLIBS := -lcsv -lxlsxwriter -lminizip -lsodium -llz4 -lz -lgsl -lgslcblas -lm
# Two libraries are faster than those that are always there: libdeflate than zlib, nettle than
# libsodium's SHA-256. The builds of clang do without, so that both ways are compiled in every test.
has_header = $(shell echo '\#include <$1>' | $(CC) -E - >/dev/null 2>&1 && echo yes)
ifeq ($(filter clang fuzz,$(VARIANT)),)
ifeq ($(call has_header,libdeflate.h),yes)
CPPFLAGS += -DHAVE_LIBDEFLATE
LDLIBS += -ldeflate
endif
ifeq ($(call has_header,nettle/sha2.h),yes)
CPPFLAGS += -DHAVE_NETTLE
LDLIBS += -lnettle
endif
endif

LIB_SRC := $(wildcard pipeline/base/*.c pipeline/io/*.c pipeline/calc/*.c pipeline/publish/*.c pipeline/run/*.c) pipeline/chain.c
STAGE_SRC := $(wildcard stages/*.c)
UNIT_SRC := $(wildcard tests/unit/test_*.c)
LIB_OBJ := $(LIB_SRC:%.c=$B/obj/%.o) $B/obj/page_assets.o
LIB := $B/obj/libtongji.a
STAGES := $(STAGE_SRC:stages/%.c=$B/libexec/tongji/%)
UNITS := $(UNIT_SRC:tests/unit/%.c=$B/unit/%)
FUZZERS := $(patsubst tests/fuzz/%.c,$B/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
JOBS := $(shell nproc 2>/dev/null || echo 2)

.DEFAULT_GOAL := all
.PHONY: all units unit-objects fuzzers run test fmt fmt-check lint clean help

all: $B/bin/tongji $(STAGES)    ## the programs, in build/VARIANT

units: $(UNITS)

unit-objects: $(UNIT_SRC:%.c=$B/obj/%.o)

$B/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Style and script of report.html as arrays of C: array NAME FILE
array = printf 'const char %s[] = {' $1; od -An -v -td1 $2 | sed 's/\([0-9]\)  */\1,/g; s/$$/,/'; \
    printf '};\nconst size_t %s_bytes = sizeof %s;\n' $1 $1
$B/obj/page_assets.c: pipeline/publish/page.css pipeline/publish/page.js Makefile
	@mkdir -p $(@D)
	@{ echo '#include "pipeline/publish/page_assets.h"'; \
	    $(call array,page_style,pipeline/publish/page.css); \
	    $(call array,page_script,pipeline/publish/page.js); } >$@

$B/obj/page_assets.o: $B/obj/page_assets.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$B/bin/tongji: $B/obj/pipeline/tongji.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/libexec/tongji/%: $B/obj/stages/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/unit/%: $B/obj/tests/unit/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

$B/fuzz/%: $B/obj/tests/fuzz/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LDLIBS)

fuzzers: $(FUZZERS)

.PRECIOUS: $B/obj/%.o
-include $(shell find $B/obj -name '*.d' 2>/dev/null)

# What breaks things for tests/faults; never with sanitizers, which have allocators of their own.
FAULT_TOOLS := build/faults/inject build/faults/shim.so
FAULT_FLAGS = $(CPPFLAGS) -std=c11 $(WARN) -O2 -g
build/faults/inject: tests/faults/inject.c
	@mkdir -p $(@D)
	$(CC) $(FAULT_FLAGS) -o $@ $<
build/faults/shim.so: tests/faults/shim.c
	@mkdir -p $(@D)
	$(CC) $(FAULT_FLAGS) -shared -fPIC -o $@ $<
.PHONY: fault-tools
fault-tools: $(FAULT_TOOLS)

# The two commands of the README: each first sees that what it needs is installed.
SUMMARY := data/out/publish/summary.csv
run:                            ## install what is missing, build, run on data/raw, show the summary
	@packaging/install-deps.sh run
	@$(MAKE) --no-print-directory -s -j$(JOBS) VARIANT=release all
	@build/release/bin/tongji run
	@sed -n -e '1s/^\xef\xbb\xbf//' -e 's/\r$$//' -e 1,12p $(SUMMARY)
	@echo "..."
	@echo "$(CURDIR)/$(SUMMARY)"

test:                           ## install what is missing, run all tests
	@packaging/install-deps.sh test
	@tests/all.sh

# One target for each part of tests/all.sh.
PARTS := $(shell sed -n "s/^parts='\(.*\)'/\1/p" tests/all.sh)
.PHONY: $(PARTS:%=test-%)
test-build:                     ## build everything with gcc, sanitizers and clang
test-headers:                   ## does each header compile alone?
test-docs:                      ## does docs/messages.md agree with the table of messages?
test-unit:                      ## unit tests under ASan and UBSan
test-cases:                     ## tests/cases under ASan and UBSan
test-tiny:                      ## a small configuration of its own, start to end
test-sample:                    ## the 2019 exports, start to end, against tests/sample
test-slips:                     ## the return slips of the 2019 exports, counted once more
test-published:                 ## what people open, by openpyxl and LibreOffice
test-page:                      ## report.html in Chromium
test-reference:                 ## against a second reader of the rules, on damaged exports
test-draft:                     ## the draft, and errors planted in it
test-why:                       ## the rows behind every figure
test-bounds:                    ## do bounds hold while files are missing?
test-threads:                   ## the same under ThreadSanitizer
test-boston311:                 ## Boston's service requests, where ../shared has them
test-qsv:                       ## an export taken as it comes, where ../shared has it
test-suites:                    ## CSV files that others have collected, where ../shared has them
test-pollution:                 ## tables damaged in every known way
test-hostile:                   ## every beginning of nasty files
test-manners:                   ## locks, signals, log, hooks, progress; a reader while runs are killed
test-leaks:                     ## each stage under valgrind
test-staged:                    ## make install into a folder, run from there, uninstalled
$(filter-out test-faults test-fuzz,$(PARTS:%=test-%)):
	@tests/all.sh $(@:test-%=%)

test-faults:                    ## thousands of faults, one in each run (make test: a few)
	@$(MAKE) --no-print-directory -s VARIANT=release all fault-tools
	@mkdir -p build/test
	@tests/faults/faults.py --jobs $(JOBS) --table build/test/faults.md build/release build/faults \
	    build/test/faults

SECONDS := smoke
test-fuzz:                      ## fuzz targets, briefly; SECONDS=600: each so long
	@tests/fuzz.sh $(SECONDS)

.PHONY: test-slurm
test-slurm:                     ## runs on a Slurm cluster of two nodes on this host; not part of test
	@packaging/install-deps.sh slurm || true
	@tests/slurm/run.sh $(SLURM_TESTS)

.PHONY: test-clang
test-clang:                     ## build everything with clang
	@$(MAKE) --no-print-directory VARIANT=clang all units

%.h.alone: %.h
	@printf '#include "%s"\nextern int header_alone;\n' $< | \
	    $(CC) $(CPPFLAGS) $(CFLAGS) -fsyntax-only -x c -

FORMATTED = $(shell find pipeline stages tests -name '*.[ch]')
fmt:                            ## lay out all C files with clang-format 14
	clang-format -i $(FORMATTED)

fmt-check:                      ## is everything laid out so?
	@tests/all.sh fmt

.PHONY: docs
docs:                           ## write docs/messages.md from the table of messages
	@$(MAKE) --no-print-directory -s VARIANT=release all
	@docs/messages.sh build/release/bin/tongji >$B/messages.md && mv $B/messages.md docs/messages.md

.PHONY: bench
ROWS := 1000000
REPEAT := 5
bench:                          ## against other tools: make bench ROWS=1000000 REPEAT=5
	@$(MAKE) --no-print-directory -s VARIANT=release all
	@bench/run.sh $(ROWS) $(REPEAT)

# --- installing ---

PREFIX ?= /usr/local
DESTDIR ?=
.PHONY: man install uninstall deb test-install
man: $B/man/.made               ## the manual pages, in build/VARIANT/man
$B/man/.made: $B/bin/tongji packaging/man.sh README.md docs/config.md
	@rm -rf $(@D)
	@packaging/man.sh $B/bin/tongji $(@D)
	@touch $@

install: all man                ## make install PREFIX=/usr/local DESTDIR=
	@B='$B' PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' packaging/install.sh install

uninstall:                      ## what make install installed, with the same PREFIX and DESTDIR
	@B='$B' PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' packaging/install.sh uninstall

deb:                            ## a Debian package, in build/VARIANT
	@packaging/install-deps.sh deb
	@$(MAKE) --no-print-directory -s all man
	@packaging/deb.sh $B

test-install:                   ## the package in a bare Debian: minutes, as root, not part of test
	@packaging/install-deps.sh install
	@tests/install.sh

lint:                           ## rules that no compiler checks; the slow tools too
	@tests/lint.sh --deep

clean:                          ## remove build/
	rm -rf build

help:                           ## this list
	@sed -n 's/^\([a-z][a-z0-9-]*\):[^#]*## /\1\t/p' Makefile | sort | \
	    while IFS='	' read -r target text; do printf '%-15s %s\n' "$$target" "$$text"; done
	@echo 'VARIANT=release|asan|tsan|clang: flags and build tree of all and units'
