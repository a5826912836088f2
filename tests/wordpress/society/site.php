<?php
// Does to the site what a plan says: makes it, or changes it. Usage: php site.php <core folder> <plan as a JSON file>
// The plan comes from compose.py. Times of the site are the clock's, which the caller sets.
[, $core, $file] = $argv;
$plan = json_decode(file_get_contents($file), true, 512, JSON_THROW_ON_ERROR);
$first = isset($plan['categories']);
if ($first) {
    define('WP_INSTALLING', true);
}
$_SERVER['HTTP_HOST'] = parse_url(getenv('PRESSCORPUS_HOME'), PHP_URL_HOST);
function wp_new_blog_notification() {}
require $core . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/image.php';
kses_remove_filters();

function must($value) {
    if (is_wp_error($value) || !$value) {
        fwrite(STDERR, 'site: ' . (is_wp_error($value) ? $value->get_error_message() : 'nothing made') . "\n");
        exit(1);
    }
    return $value;
}

if ($first) {
    wp_install('Kervan Society', 'desk', 'desk@kervan.example', true, '', 'password');
    wp_cache_flush();
    // What an empty WordPress brings along is nobody's text of ours.
    foreach (get_posts(['post_type' => ['post', 'page'], 'post_status' => 'any', 'numberposts' => -1]) as $sample) {
        wp_delete_post($sample->ID, true);
    }
    update_option('timezone_string', 'Europe/Istanbul');
    update_option('blogdescription', 'Archive, library and table of translators');
    update_option('template', 'bare');
    update_option('stylesheet', 'bare');
    update_option('permalink_structure', '/%year%/%postname%/');
    $GLOBALS['wp_rewrite']->init();
    create_initial_taxonomies();
    create_initial_post_types();
}
$keys = get_option('kervan_keys', ['post' => [], 'page' => [], 'media' => [], 'category' => []]);

foreach ($plan['categories'] ?? [] as [$name, $parent]) {
    $made = wp_insert_term($name, 'category', $parent ? ['parent' => $keys['category'][$parent], 'description' => "All that belongs to $name"] : []);
    $keys['category'][$name] = must($made)['term_id'];
}
foreach ($plan['pictures'] ?? [] as $number => $name) {
    $image = imagecreatetruecolor(24 + 2 * $number, 16);
    imagefill($image, 0, 0, imagecolorallocate($image, 200 - 20 * $number, 120, 60 + 15 * $number));
    ob_start();
    imagepng($image);
    $stored = wp_upload_bits("$name.png", null, ob_get_clean());
    $id = must(wp_insert_attachment(['post_title' => ucfirst(str_replace('-', ' ', $name)), 'post_mime_type' => 'image/png', 'post_status' => 'inherit', 'post_author' => 1, 'guid' => $stored['url']], $stored['file'], 0, true));
    wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $stored['file']));
    update_post_meta($id, '_wp_attachment_image_alt', "A drawing: $name");
    $keys['media'][$name] = $id;
}
foreach ($plan['pages'] ?? [] as $page) {
    $keys['page'][$page['title']] = must(wp_insert_post(wp_slash([
        'post_type' => 'page', 'post_title' => $page['title'], 'post_status' => 'publish', 'post_author' => 1,
        'post_content' => "<!-- wp:paragraph -->\n<p>{$page['text']}</p>\n<!-- /wp:paragraph -->",
        'post_parent' => isset($page['parent']) ? $keys['page'][$page['parent']] : 0,
        'post_date' => '2025-09-01 12:00:00', 'meta_input' => ['kervan_language' => $page['lang']],
    ]), true));
}
foreach ($plan['posts'] as $post) {
    $keys['post'][$post['key']] = $id = must(wp_insert_post(wp_slash([
        'post_title' => $post['title'], 'post_content' => $post['content'], 'post_status' => 'publish', 'post_author' => 1,
        'post_date' => $post['at'], 'post_category' => [$keys['category'][$post['category']]], 'tags_input' => $post['tags'],
        'meta_input' => array_filter(['kervan_language' => $post['lang'], 'kervan_group' => $post['group']]),
    ]), true));
    if ($post['picture']) {
        set_post_thumbnail($id, $keys['media'][$post['picture']]);
    }
}
// Addresses are known once everything is there. Written past WordPress's clock: nobody edits these.
foreach (array_column($plan['posts'], 'key') as $key) {
    $id = $keys['post'][$key];
    $content = preg_replace_callback('/\{\{(\w+):([^}]+)\}\}/', function ($found) use ($keys) {
        return match ($found[1]) {
            'id' => $keys['media'][$found[2]],
            'media' => must(wp_get_attachment_url($keys['media'][$found[2]])),
            default => must(get_permalink($keys[$found[1]][$found[2]])),
        };
    }, get_post($id)->post_content);
    $GLOBALS['wpdb']->update($GLOBALS['wpdb']->posts, ['post_content' => $content], ['ID' => $id]);
    clean_post_cache($id);
}
foreach ($plan['edits'] ?? [] as $edit) {
    $post = get_post($keys['post'][$edit['key']], ARRAY_A);
    $changed = ['ID' => $post['ID']];
    if (isset($edit['replace'])) {
        [$old, $new] = $edit['replace'];
        $changed['post_content'] = str_replace($old, $new, $post['post_content'], $count);
        must($count);
    }
    if (isset($edit['title'])) {
        $changed['post_title'] = $edit['title'];
    }
    if (isset($edit['slug'])) {
        $changed['post_name'] = $edit['slug'];
    }
    must(wp_update_post(wp_slash($changed), true));
}
foreach (['unpublish' => 'draft', 'publish' => 'publish'] as $what => $status) {
    foreach ($plan[$what] ?? [] as $key) {
        must(wp_update_post(['ID' => $keys['post'][$key], 'post_status' => $status], true));
    }
}
foreach ($plan['delete'] ?? [] as $key) {
    must(wp_delete_post($keys['post'][$key], true));
}
update_option('kervan_keys', $keys);
echo json_encode(['odd' => $keys['post'], 'posts' => array_values($keys['post']), 'media' => array_values($keys['media'])]), "\n";
