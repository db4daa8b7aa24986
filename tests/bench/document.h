/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * document.h - a /queues document for benchmarks: as many queues as wanted, all with mail, most
 * with an error.
 */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include <stddef.h>

/* The document as malloc'ed bytes, each domain with this many VMTAs; exits without memory. */
char *document_make(unsigned queues, unsigned vmtas, size_t *len);

/* The name of queue i of it. Returns its length. */
size_t document_put_queue(unsigned i, unsigned vmtas, char *out, size_t size);

#endif
