/* SPDX-License-Identifier: BSD-2-Clause */
/* What was seen beside the monitor, as the server's row shows it. */
#include "publish_rows.h"

static void
fill_probe(struct snap_page *page, struct snap_probe *row, const struct check_smtp *smtp)
{
	row->state = smtp->state;
	row->time_ms = smtp->time_ms;
	row->banner_ms = smtp->banner_ms;
	row->reply = publish_text(page, smtp->reply);
	row->probed_mono = smtp->probed_mono;
}

static void
fill_disk(struct snap_page *page, struct snap_disk *row, const struct check_disk *disk)
{
	row->path = publish_text(page, disk->path);
	row->usage = disk->usage;
	row->inode_usage = disk->inode_usage;
	row->free_mb = disk->free_mb;
}

static uint32_t
files_usage(const struct check_process *process)
{
	if (process->files == SNAP_NONE32 || process->files_max == SNAP_NONE32 ||
	    process->files_max == 0)
		return SNAP_NONE32;
	return (uint32_t)((uint64_t)process->files * 10000 / process->files_max);
}

static void
fill_process(struct snap_process *row, const struct check_process *process)
{
	row->resident_kb = process->resident_kb;
	row->files = process->files;
	row->files_max = process->files_max;
	row->files_usage = files_usage(process);
	row->threads = process->threads;
	row->cpu_s = process->cpu_s;
	row->start_mono = process->start_mono;
}

void
publish_checks(struct snap_page *page, struct snap_server *row, const struct model_server *server,
	       struct moment now)
{
	static const struct snap_process no_process = {
		SNAP_NONE32, SNAP_NONE32, SNAP_NONE32,	SNAP_NONE32,
		SNAP_NONE32, SNAP_NONE64, SNAP_NO_TIME,
	};
	static const struct snap_disk no_disk = {NULL, SNAP_NONE32, SNAP_NONE32, SNAP_NONE32};
	const struct model_checks *checks = &server->checks;

	fill_probe(page, &row->probe, &checks->smtp);
	row->disk = no_disk;
	row->process = no_process;
	if (model_disk_fresh(server, now))
		fill_disk(page, &row->disk, &checks->disk);
	if (model_process_fresh(server, now))
		fill_process(&row->process, &checks->process);
}
