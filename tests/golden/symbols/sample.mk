# Builds the shop.
include common.mk
-include local.mk

CC := gcc
FLAGS ?= -O2 "-DX=1"

define banner
echo shop
endef

ifeq ($(CC),gcc)
FLAGS += -Wall
endif

.PHONY: all clean
all: shop.o main.o
	$(CC) $(FLAGS) -o shop $^

# Removes what was built.
clean:
	rm -f *.o
