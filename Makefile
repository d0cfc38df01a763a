# The C library for this machine: build/native/libresidua.a and the shared library.
#   make                          builds both
#   make check                    runs the tests of the core with this compiler; takes a minute
#   make install PREFIX=/usr LIB=lib/x86_64-linux-gnu
#                                 with the header, and files for pkg-config and CMake; LIB is below PREFIX,
#                                 both have defaults, and DESTDIR is honoured
#   make uninstall                removes what install wrote, with the same PREFIX, LIB and DESTDIR
#   make help                     prints this
# CC, AR, CFLAGS and LDFLAGS may be set. What the library's bits depend on comes after CFLAGS. It needs
# gcc or clang, and no Node.

CFLAGS ?= -O3
PREFIX ?= /usr/local
LIB ?= lib
BUILD ?= build/native

VERSION := $(shell sed -n 's/^ *"version": "\(.*\)",/\1/p' package.json)
# From the library back to the prefix.
UP := $(shell echo '$(LIB)' | sed 's,[^/][^/]*,..,g')
TO = $(DESTDIR)$(PREFIX)
# A program linked to one version of the interface does not start with another.
ABI := $(shell sed -n 's/^\#define RSD_ABI_VERSION //p' include/residua.h)

REQUIRED = -std=c11 -fPIC -fvisibility=hidden -pthread -fno-fast-math -ffp-contract=off -fno-math-errno
COMPILE = $(CC) $(CPPFLAGS) $(CFLAGS) $(REQUIRED) $(if $(VARIANTS),-DRSD_HAS_VARIANTS)

# The kernels once for each set of instructions; src/kernels/variants.c chooses at run time.
MACHINE := $(shell $(CC) $(CFLAGS) -dumpmachine)
ifneq ($(filter x86_64%,$(MACHINE)),)
  VARIANTS = avx2 fma
  FLAGS_avx2 = -mavx2 -DRSD_INSTRUCTIONS='"AVX2"'
  FLAGS_fma = -mavx2 -mfma -DRSD_FUSED -DRSD_INSTRUCTIONS='"AVX2 and FMA"'
else ifneq ($(filter aarch64% arm64%,$(MACHINE)),)
  VARIANTS = fma
  FLAGS_fma = -DRSD_FUSED -DRSD_INSTRUCTIONS='"NEON and FMA"'
endif
OBJECTS = $(BUILD)/residua.o $(VARIANTS:%=$(BUILD)/kernels_%.o)

STATIC = libresidua.a
ifneq ($(findstring darwin,$(MACHINE)),)
  SHARED = libresidua.$(ABI).dylib
  LINK_NAME = libresidua.dylib
  SONAME = -dynamiclib -install_name $(PREFIX)/$(LIB)/$(SHARED)
else
  SHARED = libresidua.so.$(ABI)
  LINK_NAME = libresidua.so
  SONAME = -shared -Wl,-soname,$(SHARED)
endif

.PHONY: all check install uninstall help
all: $(BUILD)/$(STATIC) $(BUILD)/$(SHARED)

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

# What the objects are made with: they are made again when it changes.
$(BUILD)/command: FORCE
	@mkdir -p $(BUILD)
	@echo '$(subst ','\'',$(COMPILE) $(LDFLAGS))' | cmp -s - $@ || echo '$(subst ','\'',$(COMPILE) $(LDFLAGS))' > $@
.PHONY: FORCE
FORCE:

SOURCES := $(shell find src include -name '*.[ch]')
$(BUILD)/residua.o: $(BUILD)/command $(SOURCES)
	$(COMPILE) -c src/residua.c -o $@
$(BUILD)/kernels_%.o: $(BUILD)/command $(SOURCES)
	$(COMPILE) $(FLAGS_$*) -DRSD_VARIANT=$* -c src/kernels/kernels.c -o $@

$(BUILD)/$(STATIC): $(OBJECTS)
	rm -f $@
	$(AR) rcs $@ $(OBJECTS)
$(BUILD)/$(SHARED): $(OBJECTS)
	$(CC) $(CFLAGS) $(LDFLAGS) $(SONAME) $(OBJECTS) -pthread -o $@

define PKG_CONFIG
prefix=$${pcfiledir}/../$(UP)
includedir=$${prefix}/include
libdir=$${prefix}/$(LIB)

Name: residua
Description: Trains and runs plain and residual CIFAR networks
Version: $(VERSION)
Cflags: -I$${includedir}
Libs: -L$${libdir} -lresidua -pthread
endef

define CMAKE_CONFIG
# find_package(residua) gives the targets residua::residua (shared) and residua::static.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
get_filename_component(_residua "$${CMAKE_CURRENT_LIST_DIR}/../../$(UP)" ABSOLUTE)
if(NOT TARGET residua::residua)
  add_library(residua::residua SHARED IMPORTED)
  set_target_properties(residua::residua PROPERTIES
    IMPORTED_LOCATION "$${_residua}/$(LIB)/$(SHARED)"
    INTERFACE_INCLUDE_DIRECTORIES "$${_residua}/include")
  add_library(residua::static STATIC IMPORTED)
  set_target_properties(residua::static PROPERTIES
    IMPORTED_LOCATION "$${_residua}/$(LIB)/$(STATIC)"
    INTERFACE_INCLUDE_DIRECTORIES "$${_residua}/include"
    INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()
endef

define CMAKE_VERSION
set(PACKAGE_VERSION "$(VERSION)")
if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)
  set(PACKAGE_VERSION_EXACT TRUE)
endif()
if(NOT PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
endef
export PKG_CONFIG CMAKE_CONFIG CMAKE_VERSION

# The files for pkg-config and CMake find the rest from their own place, so a prefix may be moved.
install: all
	mkdir -p '$(TO)/$(LIB)/pkgconfig' '$(TO)/$(LIB)/cmake/residua' '$(TO)/include'
	cp include/residua.h '$(TO)/include/'
	cp $(BUILD)/$(STATIC) $(BUILD)/$(SHARED) '$(TO)/$(LIB)/'
	ln -sf $(SHARED) '$(TO)/$(LIB)/$(LINK_NAME)'
	printf '%s\n' "$$PKG_CONFIG" > '$(TO)/$(LIB)/pkgconfig/residua.pc'
	printf '%s\n' "$$CMAKE_CONFIG" > '$(TO)/$(LIB)/cmake/residua/residua-config.cmake'
	printf '%s\n' "$$CMAKE_VERSION" > '$(TO)/$(LIB)/cmake/residua/residua-config-version.cmake'

uninstall:
	rm -f '$(TO)/include/residua.h' '$(TO)/$(LIB)/$(STATIC)' '$(TO)/$(LIB)/$(SHARED)' \
	  '$(TO)/$(LIB)/$(LINK_NAME)' '$(TO)/$(LIB)/pkgconfig/residua.pc'
	rm -rf '$(TO)/$(LIB)/cmake/residua'

# The tests hold the core as one translation unit, without the variants of its kernels.
$(BUILD)/check: $(BUILD)/command $(SOURCES) $(wildcard tests/core/*)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(REQUIRED) $(LDFLAGS) tests/core/main.c -lm -o $@
check: $(BUILD)/check
	$(BUILD)/check
