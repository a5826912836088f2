<?php
// Does one thing to the site, as an editor would. Usage: php act.php <core folder> edit|trash|delete|draft|insert [id]
[, $core, $asked] = $argv;
$id = (int) ($argv[3] ?? 0);
$_SERVER['HTTP_HOST'] = parse_url(getenv('PRESSCORPUS_HOME'), PHP_URL_HOST);
require $core . '/wp-load.php';
$done = match ($asked) {
    'edit' => wp_update_post(['ID' => $id, 'post_content' => get_post($id)->post_content . "\n\nEdited."]),
    'draft' => wp_update_post(['ID' => $id, 'post_status' => 'draft']),
    'trash' => wp_trash_post($id),
    'delete' => wp_delete_post($id, true),
    'insert' => wp_insert_post(['post_title' => 'A new one', 'post_content' => 'News.', 'post_status' => 'publish', 'post_author' => 1]),
};
if (!$done || is_wp_error($done)) {
    fwrite(STDERR, "act: $asked $id did nothing\n");
    exit(1);
}
echo is_int($done) ? $done : $id, "\n";
