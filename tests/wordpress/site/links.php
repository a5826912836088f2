<?php
// Internal links of every form, made by WordPress's own functions in the permalink structure that is on.
// Usage: php links.php <core folder> prepare            makes what will be moved; prints it as JSON
//        php links.php <core folder> write <that JSON>  moves it, writes one post that links to everything; prints the links
[, $core, $asked] = $argv;
$_SERVER['HTTP_HOST'] = parse_url(getenv('PRESSCORPUS_HOME'), PHP_URL_HOST);
require $core . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/image.php';
require_once ABSPATH . 'wp-admin/includes/image-edit.php';

function must($value) {
    if (is_wp_error($value) || !$value) {
        fwrite(STDERR, 'links: ' . (is_wp_error($value) ? $value->get_error_message() : 'nothing made') . "\n");
        exit(1);
    }
    return $value;
}
function post(string $type, string $slug, array $more = []): int {
    // As a draft first, like an editor does: its guid is ?p= then, and an old slug is known from earlier crawls alone.
    $id = must(wp_insert_post($more + ['post_type' => $type, 'post_name' => $slug, 'post_title' => $slug, 'post_content' => $slug, 'post_status' => 'draft', 'post_author' => 1, 'post_date' => '2023-05-06 07:08:09'], true));
    return must(wp_update_post(['ID' => $id, 'post_status' => 'publish'], true));
}
function picture(string $name, int $width, int $parent): int {
    $image = imagecreatetruecolor($width, 400);
    ob_start();
    imagejpeg($image);
    $file = wp_upload_bits($name, null, ob_get_clean(), '2023/05');
    $id = must(wp_insert_attachment(['post_title' => $name, 'post_mime_type' => 'image/jpeg', 'post_status' => 'inherit', 'guid' => $file['url']], $file['file'], $parent, true));
    wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $file['file']));
    return $id;
}
function sizes(int $id): array {
    $urls = [wp_get_attachment_url($id), wp_get_original_image_url($id)];
    foreach (array_keys(wp_get_attachment_metadata($id)['sizes']) as $size) {
        $urls[] = wp_get_attachment_image_src($id, $size)[0];
    }
    return array_values(array_unique(array_filter($urls)));
}
function children(string $taxonomy): WP_Term {
    return must(array_values(array_filter(get_terms(['taxonomy' => $taxonomy, 'hide_empty' => false]), fn ($term) => $term->parent))[0]);
}

if ($asked === 'prepare') {
    $run = uniqid('r');
    $parent = post('page', "$run-parent");
    $made = [
        'post' => post('post', "$run-köprü"), 'كۆۋرۈك' => post('post', "$run-كۆۋرۈك"), 'page' => post('page', "$run-child", ['post_parent' => $parent]),
        'book' => post('book', "$run-book"), 'event' => post('event', "$run-event"),
    ];
    $pictures = ['large' => picture("$run-wide.jpg", 2600, $made['post']), 'edited' => picture("$run-Edit-640x480.jpg", 900, 0)];
    $before = [];
    foreach ($made as $name => $id) {
        $before[] = [get_permalink($id), $id];
    }
    foreach (sizes($pictures['edited']) as $url) {
        $before[] = [$url, $pictures['edited']];
    }
    echo json_encode(['run' => $run, 'made' => $made, 'pictures' => $pictures, 'before' => $before]), "\n";
    exit;
}

['run' => $run, 'made' => $made, 'pictures' => $pictures, 'before' => $before] = json_decode($argv[3], true);
foreach ($made as $name => $id) {
    must(wp_update_post(['ID' => $id, 'post_name' => "$run-moved-$name", 'post_date' => '2024-06-07 08:09:10', 'post_date_gmt' => '2024-06-07 05:09:10'], true));
}
$_REQUEST = ['history' => '[{"r":90}]', 'target' => 'all', 'context' => '', 'do' => 'save'];
must(empty(wp_save_image($pictures['edited'])->error));
clean_post_cache($pictures['edited']);

$links = [];
function to_post(string $url, int $id): void {
    global $links;
    $type = get_post_type($id);
    $links[] = [$url, $type === 'attachment' ? 'media' : 'posts', $type, $id, null];
}
function nowhere(string $url, string $reason): void {
    global $links;
    $links[] = [$url, null, null, null, $reason];
}
foreach ($before as [$url, $id]) {
    to_post($url, $id);
}
$home = home_url('/');
$pretty = (bool) get_option('permalink_structure');
foreach ($made as $id) {
    $permalink = get_permalink($id);
    to_post($permalink, $id);
    to_post($permalink . '#heading', $id);
    to_post(add_query_arg(['utm_source' => 'letter', 'fbclid' => 'x'], $permalink), $id);
    to_post(str_replace('http://', 'https://', $permalink), $id);
    to_post(wp_make_link_relative($permalink), $id);
    to_post(html_entity_decode(get_the_guid($id)), $id);
    to_post("$home?p=$id", $id);
    to_post("$home?page_id=$id", $id);
    to_post("{$home}index.php?p=$id&preview=true", $id);
    to_post(wp_get_shortlink($id, 'post') ?: "/?p=$id", $id);
    if ($pretty) {
        to_post(untrailingslashit($permalink), $id);
        to_post(preg_replace_callback('#[^/]+/$#', fn ($slug) => strtoupper($slug[0]), $permalink), $id);
        to_post(str_replace($home, $home . 'index.php/', $permalink), $id);
        to_post(get_post_embed_url($id), $id);
        to_post("{$permalink}2/", $id);
        nowhere(get_post_comments_feed_link($id), 'feed');
    }
}
foreach ($pictures as $id) {
    to_post(get_attachment_link($id), $id);
    to_post("$home?attachment_id=$id", $id);
    to_post("$home?p=$id", $id);
    to_post(html_entity_decode(get_the_guid($id)), $id);
    foreach (sizes($id) as $url) {
        to_post($url, $id);
        to_post($url . '?ver=2', $id);
        to_post(preg_replace('/(\.\w+)$/', '@2x$1', $url), $id);
    }
}
foreach (['category' => children('category'), 'genre' => children('genre'), 'post_tag' => get_term_by('name', 'Tag 7', 'post_tag'), 'place' => get_term_by('name', 'Kashgar', 'place'), '' => get_term_by('name', 'خەۋەرلەر', 'category')] as $term) {
    $urls = [get_term_link($term), "$home?taxonomy=$term->taxonomy&term=$term->slug"];
    if ($term->taxonomy === 'category') {
        array_push($urls, "$home?cat=$term->term_id", "{$home}category/$term->slug/", "$home?category_name=$term->slug");
    } elseif ($term->taxonomy === 'post_tag') {
        array_push($urls, "$home?tag=$term->slug", "$home?tag_id=$term->term_id", "{$home}tag/$term->slug");
    } else {
        array_push($urls, "$home?$term->taxonomy=$term->slug", "{$home}$term->taxonomy/$term->slug");
    }
    if ($pretty) {
        $urls[] = get_term_link($term) . 'page/2/';
        nowhere(get_term_feed_link($term->term_id, $term->taxonomy), 'feed');
    }
    foreach ($urls as $url) {
        $links[] = [$url, 'terms', $term->taxonomy, $term->term_id, null];
    }
}
foreach ([$home, untrailingslashit($home), '/', "{$home}index.php", "$home?utm_campaign=x", "$home?paged=2", "{$home}page/2/"] as $url) {
    $links[] = [$url, 'sites', null, null, null];
}
foreach ([
    'feed' => [get_feed_link(), get_feed_link('atom'), get_feed_link('comments_rss2')], 'admin' => [admin_url(), admin_url('post.php?post=1&action=edit')],
    'login' => [wp_login_url(), wp_registration_url()], 'rest_api' => [rest_url(), rest_url('wp/v2/posts/1')],
    'archive' => [get_year_link(2022), get_month_link(2022, 4), get_day_link(2022, 4, 5), get_search_link('a b'), get_author_posts_url(1), get_post_type_archive_link('book') ?: "$home?post_type=book"],
    'not_observed' => ["$home?p=987654", "$home?cat=987654", "$home?tag=nothing", "{$home}2022/nothing/", "{$home}category/nothing/"],
    'upload_not_listed' => [content_url('/uploads/2023/05/nothing-300x200.jpg')], 'other_file' => [includes_url('js/jquery/jquery.js'), site_url('xmlrpc.php')],
    'parameters' => ["$home?lang=ug"], 'outside' => ['http://127.0.0.1:1/?p=1'],
] as $reason => $urls) {
    foreach ($urls as $url) {
        nowhere($url, $reason);
    }
}

// WordPress's own answer, where it has one, has to be the expected one.
foreach ($links as [$url, $table, , $id]) {
    $says = str_starts_with($url, $home) && in_array($table, ['posts', 'media'], true) ? (url_to_postid($url) ?: attachment_url_to_postid($url)) : 0;
    if ($says && $says !== $id) {
        fwrite(STDERR, "links: $url is $says to WordPress, not $id\n");
        exit(1);
    }
}
$content = implode("\n", array_map(fn ($link) => sprintf('<p><a href="%s">x</a></p>', esc_attr($link[0])), $links));
$content .= sprintf('<p><img class="wp-image-%d" src="%s" width="300" height="46" alt=""></p>', $pictures['large'], wp_get_attachment_image_src($pictures['large'], 'medium')[0]);
$hub = post('post', "$run-hub", ['post_content' => wp_slash("<!-- wp:html -->\n$content\n<!-- /wp:html -->")]);
echo json_encode(['hub' => $hub, 'picture' => $pictures['large'], 'links' => $links]), "\n";
