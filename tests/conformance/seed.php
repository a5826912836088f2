<?php
// Installs WordPress into an empty database and inserts the posts of a JSON file, unfiltered, as an administrator may.
// Usage: php seed.php <core folder> <file>. Each post is what wp_insert_post takes, and "terms" by taxonomy, "format", "sticky".
[, $core, $file] = $argv;
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url(getenv('PRESSCORPUS_HOME'), PHP_URL_HOST);
function wp_new_blog_notification() {}
require $core . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Conformance', 'admin', 'admin@example.org', true, '', 'password');
wp_cache_flush();
update_option('template', 'bare');
update_option('stylesheet', 'bare');
foreach (get_posts(['numberposts' => -1, 'post_type' => 'any']) as $sample) {
    wp_delete_post($sample->ID, true);
}
kses_remove_filters();
remove_action('post_updated', 'wp_save_post_revision');
$made = [];
foreach (json_decode(file_get_contents($file), true, 512, JSON_THROW_ON_ERROR) as $post) {
    $terms = $post['terms'] ?? [];
    $format = $post['format'] ?? '';
    $sticky = $post['sticky'] ?? false;
    unset($post['terms'], $post['format'], $post['sticky']);
    $id = wp_insert_post(wp_slash($post + ['post_status' => 'publish', 'post_author' => 1]), true);
    if (is_wp_error($id)) {
        $made[] = 0; // such as a post without title, content and excerpt, which WordPress does not take
        continue;
    }
    foreach ($terms as $taxonomy => $names) {
        $numbers = [];
        foreach ($names as $name) {
            $term = term_exists($name, $taxonomy) ?: wp_insert_term($name, $taxonomy);
            if (!is_wp_error($term)) {
                $numbers[] = (int) $term['term_id'];
            }
        }
        wp_set_object_terms($id, $numbers, $taxonomy);
    }
    if ($format) {
        set_post_format($id, $format);
    }
    if ($sticky) {
        stick_post($id);
    }
    $made[] = $id;
}
echo json_encode(['posts' => $made, 'odd' => new stdClass(), 'media' => []]), "\n";
