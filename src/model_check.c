/* SPDX-License-Identifier: BSD-2-Clause */
/* What was seen beside the monitor: the SMTP port, the spool's file systems, the process. */
#include "model_object.h"

static void
forget_smtp(struct model_checks *checks)
{
	checks->smtp = (struct check_smtp){
		.banner_ms = SNAP_NONE32, .time_ms = SNAP_NONE32, .probed_mono = SNAP_NO_TIME};
}

/* A source that was not tried is a new one, or is of another port, path or process than before. */
static bool
is_new(struct model_server *server, uint32_t index)
{
	const struct model_source *source = model_source(server, index);

	return source == NULL || !source->tried;
}

void
model_checks_configure(struct model_server *server)
{
	struct model_checks *checks = &server->checks;

	if (is_new(server, MODEL_SOURCE_SMTP))
		forget_smtp(checks);
	if (is_new(server, MODEL_SOURCE_SPOOL))
		checks->disk_mono = SNAP_NO_TIME;
	if (is_new(server, MODEL_SOURCE_PROCESS))
		checks->process_mono = SNAP_NO_TIME;
}

void
model_apply_smtp(struct model_server *server, const struct check_smtp *smtp)
{
	server->checks.smtp = *smtp;
	server->version++;
}

void
model_apply_disk(struct model_server *server, const struct check_disk *disk, struct moment now)
{
	if (disk != NULL)
		server->checks.disk = *disk;
	server->checks.disk_mono = disk != NULL ? now.mono_ms : SNAP_NO_TIME;
	server->version++;
}

void
model_apply_process(struct model_server *server, const struct check_process *process,
		    struct moment now)
{
	if (process != NULL)
		server->checks.process = *process;
	server->checks.process_mono = process != NULL ? now.mono_ms : SNAP_NO_TIME;
	server->version++;
}

bool
model_disk_fresh(const struct model_server *server, struct moment now)
{
	return model_is_fresh(server, server->checks.disk_mono,
			      server->model->conf->poll_interval_ms, now);
}

bool
model_process_fresh(const struct model_server *server, struct moment now)
{
	return model_is_fresh(server, server->checks.process_mono,
			      server->model->conf->poll_interval_ms, now);
}

void
model_checks_age(struct model_server *server, struct moment now)
{
	struct model_checks *checks = &server->checks;
	const bool disk = model_disk_fresh(server, now);
	const bool process = model_process_fresh(server, now);

	if (disk == checks->disk_fresh && process == checks->process_fresh)
		return;
	checks->disk_fresh = disk;
	checks->process_fresh = process;
	server->version++;
	server->sources_version++;
}
