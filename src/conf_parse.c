/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf_parse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_scan.h"
#include "conf_value.h"
#include "text.h"

/* A free bit of cfg_opt_t's flags: the option was set in this section already. */
#define OPTION_SEEN (1 << 30)

#define FILE_MAX (1024 * 1024)
#define KEYS_MAX 64

/* libconfuse hands no context to its callbacks. */
static struct {
	struct conf_reader *reader;
	unsigned *lines; /* of the opening braces, in order */
	size_t line_count, line_size;
	size_t sections; /* that were closed */
} parse;

void
conf_complain(struct conf_reader *reader, unsigned line, const char *fmt, ...)
{
	char raw[1024], clean[1024], where[16] = "";
	size_t len;
	va_list ap;

	if (line > 0)
		snprintf(where, sizeof where, "%u:", line);
	len = (size_t)snprintf(raw, sizeof raw, "%s:%s ", reader->file, where);
	if (len < sizeof raw) {
		va_start(ap, fmt);
		vsnprintf(raw + len, sizeof raw - len, fmt, ap);
		va_end(ap);
	}
	text_clean(clean, sizeof clean, raw, strlen(raw));
	reader->failed = true;
	reader->error(reader->ctx, clean);
}

/* Called by the scanner, before libconfuse comes to see the text. */
static void
parse_note_section(void *ctx, unsigned line)
{
	(void)ctx;
	if (parse.line_count == parse.line_size) {
		size_t size = parse.line_size ? 2 * parse.line_size : 64;
		unsigned *lines = reallocarray(parse.lines, size, sizeof *lines);

		if (!lines)
			return;
		parse.lines = lines;
		parse.line_size = size;
	}
	parse.lines[parse.line_count++] = line;
}

static int
parse_keep_raw(cfg_t *section, cfg_opt_t *option, const char *value, void *result)
{
	size_t len = strlen(value);
	struct conf_raw *raw;

	/* The values before were dropped if this one is the first again. */
	if ((option->flags & OPTION_SEEN) && option->nvalues == 1)
		conf_complain(parse.reader, (unsigned)section->line,
			      "%s is set twice here; set it once%s", option->name,
			      option->flags & CFGF_LIST ? ", as a list { \"...\", \"...\" }" : "");
	option->flags |= OPTION_SEEN;
	raw = malloc(sizeof *raw + len + 1);
	if (!raw) {
		conf_complain(parse.reader, (unsigned)section->line, "out of memory");
		return -1;
	}
	raw->line = (unsigned)section->line;
	memcpy(raw->text, value, len + 1);
	*(void **)result = raw;
	return 0;
}

/* Sections are closed in the order they are opened, as none may hold another. */
static int
parse_close_section(cfg_t *root, cfg_opt_t *option)
{
	cfg_t *section = cfg_opt_getnsec(option, cfg_opt_size(option) - 1);

	(void)root;
	if (parse.sections < parse.line_count)
		section->line = (int)parse.lines[parse.sections++];
	return 0;
}

static void
parse_unknown_key(cfg_t *section, const char *key)
{
	const char *keys[KEYS_MAX], *meant;
	char known[512] = "";
	size_t count = 0, len = 0;

	for (cfg_opt_t *option = section->opts; option->name && count < KEYS_MAX; option++) {
		keys[count++] = option->name;
		if (len < sizeof known)
			len += (size_t)snprintf(known + len, sizeof known - len, " %s",
						option->name);
	}
	meant = conf_value_suggest(key, keys, count);
	if (meant)
		conf_complain(parse.reader, (unsigned)section->line,
			      "unknown key %s; did you mean %s?", key, meant);
	else
		conf_complain(parse.reader, (unsigned)section->line,
			      "unknown key %s; known here are:%s", key, known);
}

/* libconfuse's own complaints; some of them are worth saying better. */
static void __attribute__((format(printf, 2, 0)))
parse_error(cfg_t *section, const char *fmt, va_list ap)
{
	char text[512];

	if (strcmp(fmt, "no such option '%s'") == 0) {
		parse_unknown_key(section, va_arg(ap, const char *));
		return;
	}
	if (strcmp(fmt, "found duplicate title '%s'") == 0) {
		conf_complain(parse.reader, (unsigned)section->line,
			      "there is a section named \"%s\" already; each needs a name of its "
			      "own",
			      va_arg(ap, const char *));
		return;
	}
	vsnprintf(text, sizeof text, fmt, ap);
	conf_complain(parse.reader, (unsigned)section->line, "%s%s", text,
		      strncmp(fmt, "unexpected token", 16)
			      ? ""
			      : "; a value with blanks or any of = { } ( ) + , # * needs "
				"\"quotes\"");
}

cfg_opt_t
conf_parse_option(const char *name, bool list)
{
	cfg_opt_t option = CFG_PTR_CB(name, NULL, CFGF_NODEFAULT, parse_keep_raw, free);

	if (list)
		option.flags |= CFGF_LIST;
	return option;
}

static cfg_t *
parse_tree(cfg_opt_t *options, const char *text)
{
	cfg_t *tree = cfg_init(options, CFGF_NONE);

	if (!tree) {
		conf_complain(parse.reader, 0, "out of memory");
		return NULL;
	}
	cfg_set_error_function(tree, parse_error);
	for (cfg_opt_t *option = options; option->name; option++) {
		if (option->type == CFGT_SEC)
			cfg_set_validate_func(tree, option->name, parse_close_section);
	}
	if (cfg_parse_buf(tree, text) == CFG_SUCCESS)
		return tree;
	if (!parse.reader->failed)
		conf_complain(parse.reader, 0, "cannot be parsed: %s", strerror(errno));
	cfg_free(tree);
	return NULL;
}

/* The whole file with a NUL behind it, to be freed; NULL after a complaint. */
static char *
load_file(struct conf_reader *reader, size_t *len)
{
	char *text = malloc(FILE_MAX + 1);
	int fd = open(reader->file, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;

	for (*len = 0; text && fd >= 0 && got > 0 && *len <= FILE_MAX; *len += (size_t)got) {
		got = read(fd, text + *len, FILE_MAX + 1 - *len);
		if (got < 0)
			break;
	}
	if (!text || fd < 0 || got < 0)
		conf_complain(reader, 0, "cannot be read: %s", strerror(errno));
	else if (*len > FILE_MAX)
		conf_complain(reader, 0, "is larger than the %d bytes allowed", FILE_MAX);
	if (fd >= 0)
		close(fd);
	if (reader->failed) {
		free(text);
		return NULL;
	}
	text[*len] = '\0';
	return text;
}

cfg_t *
conf_parse(struct conf_reader *reader, cfg_opt_t *options)
{
	struct conf_scan_error error;
	cfg_t *tree = NULL;
	size_t len;
	char *text = load_file(reader, &len);

	if (!text)
		return NULL;
	memset(&parse, 0, sizeof parse);
	parse.reader = reader;
	if (conf_scan(text, len, parse_note_section, NULL, &error) < 0)
		conf_complain(reader, error.line, "%s", error.text);
	else
		tree = parse_tree(options, text);
	free(parse.lines);
	free(text);
	memset(&parse, 0, sizeof parse);
	return tree;
}

const struct conf_raw *
conf_parse_value(cfg_t *section, const char *name, unsigned index)
{
	cfg_opt_t *option = cfg_getopt(section, name);

	return index < cfg_opt_size(option) ? cfg_opt_getnptr(option, index) : NULL;
}
