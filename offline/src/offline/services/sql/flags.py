"""Database flags of Cloud SQL for PostgreSQL: names and values, with the units that PostgreSQL
counts in.
"""

import re

from facts import cloud_sql
from offline.services.context import RuleContext, text
from offline.services.registry import rule
from offline.services.sql.rules import TYPE, postgres

ON_OFF = frozenset(
    "auto_explain.log_analyze auto_explain.log_buffers auto_explain.log_nested_statements "
    "auto_explain.log_settings auto_explain.log_timing auto_explain.log_triggers "
    "auto_explain.log_verbose auto_explain.log_wal autovacuum "
    "cloudsql.allow_passwordless_local_connections cloudsql.enable_anon "
    "cloudsql.enable_auto_explain cloudsql.enable_google_ml_integration "
    "cloudsql.enable_index_advisor cloudsql.enable_pg_bigm cloudsql.enable_pg_cron "
    "cloudsql.enable_pg_hint_plan cloudsql.enable_pg_squeeze "
    "cloudsql.enable_pg_wait_sampling cloudsql.enable_pgaudit cloudsql.enable_pglogical "
    "cloudsql.iam_authentication cloudsql.logical_decoding cron.log_run cron.log_statement "
    "default_transaction_deferrable enable_bitmapscan enable_hashagg enable_hashjoin "
    "enable_indexonlyscan enable_indexscan enable_material enable_memoize enable_mergejoin "
    "enable_nestloop enable_parallel_append enable_parallel_hash enable_partition_pruning "
    "enable_partitionwise_aggregate enable_partitionwise_join enable_seqscan enable_sort "
    "enable_tidscan geqo hot_standby_feedback jit log_checkpoints log_connections "
    "log_disconnections log_duration log_executor_stats log_hostname log_lock_waits "
    "log_parser_stats log_planner_stats log_recovery_conflict_waits "
    "log_replication_commands log_statement_stats pg_bigm.enable_recheck "
    "pg_hint_plan.enable_hint pg_hint_plan.enable_hint_table pg_stat_statements.save "
    "pg_stat_statements.track_utility pgaudit.log_catalog pgaudit.log_client "
    "pgaudit.log_parameter pgaudit.log_relation pgaudit.log_statement_once "
    "pglogical.batch_inserts pglogical.use_spi standard_conforming_strings "
    "synchronize_seqscans trace_notify trace_sort track_activities track_commit_timestamp "
    "track_counts track_io_timing".split()
)
INTEGERS: dict[str, tuple[int, int]] = {
    "auto_explain.log_min_duration": (-1, 2_147_483_647),
    "autovacuum_analyze_threshold": (0, 2_147_483_647),
    "autovacuum_freeze_max_age": (100_000, 2_000_000_000),
    "autovacuum_max_workers": (1, 262_143),
    "autovacuum_multixact_freeze_max_age": (10_000, 2_000_000_000),
    "autovacuum_naptime": (1, 2_147_483),
    "autovacuum_vacuum_cost_delay": (-1, 100),
    "autovacuum_vacuum_cost_limit": (-1, 10_000),
    "autovacuum_vacuum_insert_threshold": (-1, 2_147_483_647),
    "autovacuum_vacuum_threshold": (0, 2_147_483_647),
    "autovacuum_work_mem": (-1, 2_147_483_647),
    "bgwriter_delay": (10, 10_000),
    "bgwriter_lru_maxpages": (0, 1_073_741_823),
    "checkpoint_timeout": (30, 86_400),
    "checkpoint_warning": (0, 2_147_483_647),
    "commit_delay": (0, 100_000),
    "commit_siblings": (0, 1_000),
    "cron.max_running_jobs": (0, 2_147_483_647),
    "deadlock_timeout": (1, 2_147_483_647),
    "default_statistics_target": (1, 10_000),
    "effective_cache_size": (1, 2_147_483_647),
    "effective_io_concurrency": (0, 1_000),
    "extra_float_digits": (-15, 3),
    "from_collapse_limit": (1, 2_147_483_647),
    "geqo_effort": (1, 10),
    "geqo_generations": (0, 2_147_483_647),
    "geqo_pool_size": (0, 2_147_483_647),
    "geqo_threshold": (2, 2_147_483_647),
    "gin_fuzzy_search_limit": (0, 2_147_483_647),
    "gin_pending_list_limit": (64, 2_147_483_647),
    "idle_in_transaction_session_timeout": (0, 2_147_483_647),
    "idle_session_timeout": (0, 2_147_483_647),
    "join_collapse_limit": (1, 2_147_483_647),
    "lock_timeout": (0, 2_147_483_647),
    "log_autovacuum_min_duration": (-1, 2_147_483_647),
    "log_min_duration_sample": (-1, 2_147_483_647),
    "log_min_duration_statement": (-1, 2_147_483_647),
    "log_parameter_max_length": (-1, 1_073_741_823),
    "log_temp_files": (-1, 2_147_483_647),
    "logical_decoding_work_mem": (64, 2_147_483_647),
    "maintenance_work_mem": (1_024, 2_147_483_647),
    "max_connections": cloud_sql.max_connections_range(),
    "max_locks_per_transaction": (10, 2_147_483_647),
    "max_logical_replication_workers": (0, 262_143),
    "max_parallel_maintenance_workers": (0, 1_024),
    "max_parallel_workers": (0, 1_024),
    "max_parallel_workers_per_gather": (0, 1_024),
    "max_pred_locks_per_page": (0, 2_147_483_647),
    "max_pred_locks_per_relation": (-2_147_483_648, 2_147_483_647),
    "max_pred_locks_per_transaction": (64, 1_048_576),
    "max_prepared_transactions": (0, 262_143),
    "max_replication_slots": (10, 262_143),
    "max_standby_archive_delay": (-1, 2_147_483_647),
    "max_standby_streaming_delay": (-1, 2_147_483_647),
    "max_sync_workers_per_subscription": (0, 262_143),
    "max_wal_senders": (10, 262_143),
    "max_wal_size": (2, 2_147_483_647),
    "max_worker_processes": (8, 262_143),
    "min_parallel_table_scan_size": (0, 715_827_882),
    "min_wal_size": (32, 2_147_483_647),
    "old_snapshot_threshold": (0, 86_400),
    "pg_bigm.gin_key_limit": (0, 2_147_483_647),
    "pg_stat_statements.max": (100, 2_147_483_647),
    "shared_buffers": (16, 1_073_741_823),
    "statement_timeout": (0, 2_147_483_647),
    "tcp_keepalives_count": (0, 2_147_483_647),
    "tcp_keepalives_idle": (0, 32_767),
    "tcp_keepalives_interval": (0, 32_767),
    "temp_buffers": (100, 1_073_741_823),
    "temp_file_limit": (1_048_576, 2_147_483_647),
    "track_activity_query_size": (100, 102_400),
    "vacuum_cost_delay": (0, 100),
    "vacuum_cost_limit": (1, 10_000),
    "vacuum_freeze_min_age": (0, 1_000_000_000),
    "vacuum_freeze_table_age": (0, 2_000_000_000),
    "vacuum_multixact_freeze_min_age": (0, 1_000_000_000),
    "vacuum_multixact_freeze_table_age": (0, 2_000_000_000),
    "wal_buffers": (-1, 262_143),
    "wal_receiver_timeout": (0, 2_147_483_647),
    "wal_sender_timeout": (0, 2_147_483_647),
    "work_mem": (64, 2_147_483_647),
}
"""Whole numbers in PostgreSQL's own unit; shared_buffers, effective_cache_size, temp_buffers: 8
kB pages.
"""
DECIMALS = frozenset(
    "auto_explain.sample_rate autovacuum_analyze_scale_factor "
    "autovacuum_vacuum_insert_scale_factor autovacuum_vacuum_scale_factor "
    "bgwriter_lru_multiplier checkpoint_completion_target cpu_index_tuple_cost "
    "cpu_operator_cost cpu_tuple_cost cursor_tuple_fraction geqo_seed geqo_selection_bias "
    "hash_mem_multiplier jit_above_cost log_statement_sample_rate "
    "log_transaction_sample_rate parallel_setup_cost parallel_tuple_cost "
    "pg_bigm.similarity_limit random_page_cost seq_page_cost".split()
)
CHOICES: dict[str, tuple[str, ...]] = {
    "bytea_output": ("hex", "escape"),
    "constraint_exclusion": ("on", "off", "partition"),
    "default_transaction_isolation": (
        "serializable", "repeatable read", "read committed", "read uncommitted",
    ),
    "log_error_verbosity": ("terse", "default", "verbose"),
    "log_statement": ("none", "ddl", "mod", "all"),
    "pg_stat_statements.track": ("none", "top", "all"),
    "password_encryption": ("md5", "scram-sha-256"),
    "force_parallel_mode": ("off", "on", "regress"),
    "huge_pages": ("try", "off"),
    "pglogical.conflict_resolution": (
        "error", "apply_remote", "keep_local", "last_update_wins", "first_update_wins",
    ),
    "plan_cache_mode": ("auto", "force_generic_plan", "force_custom_plan"),
    "synchronous_commit": ("on", "off", "local", "remote_write", "remote_apply"),
    "track_functions": ("none", "pl", "all"),
    "wal_compression": ("on", "off", "pglz", "lz4"),
} | dict.fromkeys(
    ("log_min_error_statement", "log_min_messages", "client_min_messages"),
    (
        "debug5", "debug4", "debug3", "debug2", "debug1", "info", "notice", "warning", "error",
        "log", "fatal", "panic",
    ),
)  # fmt: skip
TEXTS = frozenset(
    "auto_explain.log_format auto_explain.log_level cloudsql.pg_authid_select_role "
    "cloudsql.pg_shadow_select_role cron.database_name datestyle default_tablespace "
    "default_text_search_config log_line_prefix log_timezone pgaudit.log pgaudit.log_level "
    "pgaudit.role pglogical.conflict_log_level pglogical.extra_connection_options "
    "search_path session_replication_role shared_preload_libraries "
    "ssl_max_protocol_version ssl_min_protocol_version timezone xmloption".split()
)
_SOURCE = (
    "doc: Cloud SQL, 'Configure database flags' (PostgreSQL); doc: PostgreSQL, 'Setting parameters'"
)


@rule(TYPE, source=_SOURCE)
def flag_names(context: RuleContext) -> str | None:
    """Reject a database flag that Cloud SQL for PostgreSQL does not have, or one that is there
    twice. A parameter that PostgreSQL only reports, such as `pg_bigm.last_update`, is no flag.
    """
    names = [
        text(database_flag, "name") for database_flag in context.blocks("settings.database_flags")
    ]
    for index, name in enumerate(names):
        if name in names[:index]:
            return f"Invalid request: Duplicate flag name {name}., invalid"
        if postgres(context) and name and not _known(name):
            return f"Invalid request: Flag requested cannot be set: {name}., invalidFlagName"
    return None


def _known(name: str) -> bool:
    return any(name in group for group in (ON_OFF, INTEGERS, DECIMALS, CHOICES, TEXTS))


@rule(
    TYPE,
    source=f"issue: exposure-notifications-server#746, wandb#183 (invalidFlagValue); {_SOURCE}",
)
def flag_values(context: RuleContext) -> str | None:
    """Reject a value that the flag does not take: units (`256MB`), true for on, numbers out of
    range.
    """
    if not postgres(context):
        return None
    for database_flag in context.blocks("settings.database_flags"):
        name, value = text(database_flag, "name"), database_flag.get("value")
        if isinstance(value, str) and not _legal(name, value):
            return (
                f"Invalid request: Value requested is not valid for this flag: {name}={value}., "
                "invalidFlagValue"
            )
    return None


def _legal(name: str, value: str) -> bool:
    if name in ON_OFF:
        return value in ("on", "off")
    if name in INTEGERS:
        low, high = INTEGERS[name]
        return bool(re.fullmatch(r"-?\d+", value)) and low <= int(value) <= high
    if name in DECIMALS:
        return bool(re.fullmatch(r"-?\d+(\.\d+)?", value))
    return value in CHOICES.get(name, (value,))
