"""A sweep on a cluster that loses a worker on the way: the same answer, nothing twice, nothing lost."""

from __future__ import annotations

import logging
import os
import signal

import pytest
from distributed import Client, LocalCluster

from allocator.scenarios.sweeps import sweep as sweep_module
from allocator.scenarios.sweeps.sweep import sweep
from allocator.scenarios.sweeps.weightings import dirichlet


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_worker_killed_in_the_middle_changes_nothing(recipients, scheme, monkeypatch):
    sample = dirichlet(3, 8000, seed=2)
    alone = sweep(recipients, scheme, "micro_wishes", sample, workers=1)
    monkeypatch.setattr(sweep_module, "_SLICE", 1000 * len(recipients))
    options = {"threads_per_worker": 1, "dashboard_address": None, "silence_logs": logging.CRITICAL}
    with LocalCluster(n_workers=2, **options) as cluster, Client(cluster) as client:
        victims = [worker.process.pid for worker in cluster.workers.values()]
        before = set(client.scheduler_info(n_workers=-1)["workers"])
        seen = []

        def progress(done: int, everything: int) -> None:
            if not seen:
                os.kill(victims[0], signal.SIGKILL)
            seen.append((done, everything))

        found = sweep(
            recipients, scheme, "micro_wishes", sample, executor=client, progress=progress
        )
        assert set(client.scheduler_info(n_workers=-1)["workers"]) != before, "no worker was lost"
    assert found == alone
    assert seen[-1] == (16_000, 16_000)
    assert len(seen) == 2 * 8
