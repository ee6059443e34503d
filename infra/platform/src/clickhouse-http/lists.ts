/** Lower case throughout: a name that the engine takes in one case only is refused in all. */
const lower = (names: string): ReadonlySet<string> => new Set(names.toLowerCase().split(/\s+/));

/** Statements that only read. */
export const READING = lower("SELECT WITH FROM VALUES SHOW DESCRIBE DESC EXISTS EXPLAIN");
/** Statements that write, and what may follow their first word; an empty list: anything. */
export const WRITING: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["insert", new Set<string>()],
  ["create", lower("TABLE VIEW MATERIALIZED DATABASE OR TEMPORARY LIVE")],
  ["alter", lower("TABLE TEMPORARY")],
  ["drop", lower("TABLE VIEW DATABASE TEMPORARY")],
  ["truncate", lower("TABLE TEMPORARY IF")],
  ["rename", lower("TABLE")],
  ["exchange", lower("TABLES")],
  ["optimize", lower("TABLE")],
  ["delete", lower("FROM")],
  ["update", new Set<string>()],
  ["check", lower("TABLE")],
]);

/** Statements that exist, and that nobody gets through this interface. Any other first word is no SQL. */
export const REFUSED = lower(
  "set use attach detach system kill grant revoke backup restore execute move undrop begin commit rollback create alter drop truncate rename exchange optimize delete check replace import export copy",
);

/** Table functions that read nothing but numbers, their own arguments, and what stands in their parentheses. */
export const HARMLESS_TABLE_FUNCTIONS = lower(
  "numbers numbers_mt zeros zeros_mt primes generateSeries generate_series generateRandom values SQLStandardValues null view viewIfPermitted viewExplain input format",
);
/** Functions that read files, ask hosts, or look into databases that are named in a text. */
export const HARMFUL_FUNCTIONS = lower(
  "file catboostEvaluate aiClassify aiGenerate aiEmbed aiExtract aiTranslate hasColumnInTable joinGet joinGetOrNull showCertificate getClientHTTPHeader",
);

const FAMILY = ["", "Replacing", "Summing", "Aggregating", "Collapsing", "VersionedCollapsing", "Coalescing"];
export const HARMLESS_ENGINES = lower(
  [
    ...FAMILY.flatMap((kind) => [`${kind}MergeTree`, `Replicated${kind}MergeTree`]),
    "Memory Null Set Join Log TinyLog StripeLog View MaterializedView GenerateRandom Atomic",
  ].join(" "),
);

/** Words of a statement after which a database is named. */
export const BEFORE_DATABASE = lower("DATABASE SCHEMA USE FROM IN JOIN INTO TABLE TABLES EXISTS TO");

const SETTING_PREFIXES =
  /^(output_format_|input_format_|join_|optimize_|enable_|allow_experimental_|cast_|group_by_|max_bytes_before_external_|max_rows_|max_bytes_|min_|format_csv_|format_tsv_|format_json|format_regexp|distributed_product_mode|low_cardinality_|http_response_|send_progress_)/;
const SETTINGS = lower(
  `
  max_execution_time max_threads max_insert_threads max_memory_usage max_result_rows max_result_bytes result_overflow_mode
  read_overflow_mode timeout_overflow_mode sort_overflow_mode group_by_overflow_mode max_block_size max_insert_block_size
  max_partitions_per_insert_block max_query_size max_ast_depth max_ast_elements max_expanded_ast_elements max_parser_depth
  session_timezone readonly async_insert wait_for_async_insert insert_deduplicate insert_deduplication_token
  mutations_sync alter_sync lightweight_deletes_sync date_time_output_format date_time_input_format final extremes
  do_not_merge_across_partitions_select_final log_queries wait_end_of_query buffer_size max_columns_to_read
  max_rows_to_read max_bytes_to_read select_sequential_consistency insert_quorum insert_quorum_timeout transform_null_in
  union_default_mode intersect_default_mode except_default_mode any_join_distinct_right_table_keys prefer_column_name_to_alias
  additional_table_filters additional_result_filter cancel_http_readonly_queries_on_client_close parallel_view_processing
  use_skip_indexes use_skip_indexes_if_final force_primary_key force_index_by_date offset limit query_plan_enable_optimizations
  http_headers_progress_interval_ms http_zlib_compression_level http_write_exception_in_output_format deduplicate_blocks_in_dependent_materialized_views
  insert_null_as_default data_type_default_nullable aggregate_functions_null_for_empty single_join_prefer_left_table
  connect_timeout receive_timeout send_timeout tcp_keep_alive_timeout max_network_bandwidth priority default_table_engine
  compile_expressions compile_aggregate_expressions compile_sort_description
`.trim(),
);
/** Of what the prefixes let through, what reads files or hosts. */
const HARMFUL_SETTING = /schema|template|path|named_collection|_s3|url|dictionar|filesystem_cache|remote|cluster/;

/** Whether a request may set it. */
export const isHarmlessSetting = (name: string): boolean =>
  SETTINGS.has(name) || (SETTING_PREFIXES.test(name) && !HARMFUL_SETTING.test(name));

/** Settings of tables that may stand in a CREATE or ALTER. `disk` and `storage_policy` name places, so they may not. */
const TABLE_SETTINGS = lower(
  `
  index_granularity index_granularity_bytes fsync_after_insert fsync_part_directory non_replicated_deduplication_window
  replicated_deduplication_window allow_nullable_key ttl_only_drop_parts merge_with_ttl_timeout merge_with_recompression_ttl_timeout
  min_bytes_for_wide_part min_rows_for_wide_part deduplicate_merge_projection_mode max_parts_in_total parts_to_throw_insert
  parts_to_delay_insert old_parts_lifetime max_bytes_to_merge_at_max_space_in_pool enable_mixed_granularity_parts
  min_age_to_force_merge_seconds min_age_to_force_merge_on_partition_only number_of_free_entries_in_pool_to_execute_mutation
`.trim(),
);
export const isHarmlessTableSetting = (name: string): boolean => TABLE_SETTINGS.has(name) || isHarmlessSetting(name);

/** What a user who may not write may set nevertheless: how an answer looks, and limits that can only be narrowed. */
export const isReaderSetting = (name: string): boolean =>
  /^(output_format_|format_csv_|format_tsv_|format_json|join_use_nulls$|max_rows_|max_bytes_to_|max_result_|enable_http_compression$)/.test(
    name,
  ) ||
  lower(
    "max_execution_time max_threads max_memory_usage result_overflow_mode session_timezone date_time_output_format final extremes max_block_size readonly transform_null_in",
  ).has(name);

/** Parameters of a request that speak to the HTTP interface and not to the engine. */
export const HTTP_ONLY = lower(
  "query database user password default_format session_id session_timeout session_check query_id quota_key compress decompress stacktrace role client_protocol_version wait_end_of_query buffer_size enable_http_compression http_zlib_compression_level send_progress_in_http_headers http_headers_progress_interval_ms http_response_buffer_size http_write_exception_in_output_format cancel_http_readonly_queries_on_client_close max_query_size connect_timeout receive_timeout send_timeout tcp_keep_alive_timeout log_comment",
);
