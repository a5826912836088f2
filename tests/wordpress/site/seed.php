<?php
// Installs WordPress into an empty database and fills it. Usage: php seed.php <core folder> <posts>
[, $core, $count] = $argv;
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url(getenv('PRESSCORPUS_HOME'), PHP_URL_HOST);
function wp_new_blog_notification() {}
require $core . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Presscorpus test site', 'admin', 'admin@example.org', true, '', 'password');
wp_cache_flush();

update_option('timezone_string', 'Europe/Istanbul');
update_option('blogdescription', 'News in four languages');
update_option('template', 'bare');
update_option('stylesheet', 'bare');
global $wpdb;
$wpdb->query('START TRANSACTION');
wp_defer_term_counting(true);
wp_defer_comment_counting(true);
remove_action('post_updated', 'wp_save_post_revision');

function must($value) {
    if (is_wp_error($value) || !$value) {
        fwrite(STDERR, 'seed: ' . (is_wp_error($value) ? $value->get_error_message() : 'nothing made') . "\n");
        exit(1);
    }
    return $value;
}

$users = [];
foreach ([['ayse', 'Ayşe Yılmaz', 'author'], ['gulnar', 'گۈلنار', 'editor'], ['wang', '王小明', 'author'], ['idle', 'Nobody Yet', 'subscriber']] as [$login, $name, $role]) {
    $users[] = must(wp_insert_user(['user_login' => $login, 'user_pass' => 'password', 'display_name' => $name, 'user_email' => "$login@example.org", 'role' => $role]));
}
$doomed = must(wp_insert_user(['user_login' => 'doomed', 'user_pass' => 'password', 'user_email' => 'doomed@example.org', 'role' => 'author']));

$categories = [];
foreach ([['World', 0], ['Asia', 'World'], ['Central Asia', 'Asia'], ['Türkiye', 'World'], ['خەۋەرلەر', 0], ['新闻', 0], ['Empty', 0]] as [$name, $parent]) {
    $categories[$name] = must(wp_insert_term($name, 'category', $parent ? ['parent' => $categories[$parent], 'description' => "Everything about $name & more"] : []))['term_id'];
}
$tags = [];
for ($i = 0; $i < 130; $i++) {
    $tags[] = must(wp_insert_term("Tag $i", 'post_tag'))['term_id'];
}
$genres = [];
foreach (['Poetry', 'Prose'] as $name) {
    $genres[] = must(wp_insert_term($name, 'genre'))['term_id'];
}
$genres[] = must(wp_insert_term('Ghazal', 'genre', ['parent' => $genres[0]]))['term_id'];
// More than one page of a hierarchical taxonomy: the API has no `offset` for these.
for ($i = 0; $i < 110; $i++) {
    must(wp_insert_term("Form $i", 'genre', ['parent' => $genres[1]]));
}
$place = must(wp_insert_term('Kashgar', 'place'))['term_id'];

$texts = [
    'en' => ['The bridge of %d', 'The old bridge was opened again on Monday, and %d people crossed it in the first hour. “It is stronger than before,” the builder said.'],
    'tr' => ['Köprü %d', 'Eski köprü pazartesi günü yeniden açıldı; ilk saatte %d kişi geçti. “Eskisinden daha güçlü,” dedi ustası.'],
    'ug' => ['كۆۋرۈك %d', 'كونا كۆۋرۈك دۈشەنبە كۈنى قايتا ئېچىلدى، دەسلەپكى سائەتتە %d ئادەم ئۆتتى. «ئىلگىرىكىدىن مۇستەھكەم» دېدى ئۇستا.'],
    'zh' => ['第%d座桥', '老桥星期一重新开放，第一个小时就有%d人走过。“比以前更坚固，”建造者说。'],
];
$languages = array_keys($texts);
$home = home_url('/');
function body(int $i, string $text, int $link): string {
    global $home;
    $anchor = $link ? sprintf('<a href="%s?p=%d">%s</a>', $home, $link, 'before') : '';
    if ($i % 2) {
        return "<!-- wp:paragraph -->\n<p>$text $anchor</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:quote -->\n<blockquote class=\"wp-block-quote\"><p>$text</p></blockquote>\n<!-- /wp:quote -->";
    }
    return "$text\n\n$text $anchor <a href=\"https://example.com/story?id=$i&amp;ref=home\">elsewhere</a>";
}

$day = strtotime('2022-01-01 08:00:00');
$posts = [];
const THROUGH_THE_API = 400;
for ($i = 0; $i < min((int) $count, THROUGH_THE_API); $i++) {
    [$title, $text] = $texts[$languages[$i % 4]];
    // Posts 100 to 156 share one date: a bulk import. Ties are what breaks a walk by date.
    $date = gmdate('Y-m-d H:i:s', $i >= 100 && $i < 157 ? $day + 100 * 43200 : $day + $i * 43200);
    $posts[] = must(wp_insert_post([
        'post_title' => sprintf($title, $i), 'post_content' => body($i, sprintf($text, $i), $i ? $posts[intdiv($i, 2)] : 0),
        'post_name' => "post-$i", 'post_status' => 'publish', 'post_date' => $date, 'post_author' => $users[$i % 3],
        'post_category' => [array_values($categories)[$i % 6]], 'tags_input' => $i % 3 ? ["Tag " . $i % 130] : [],
    ], true));
}

// More than these are copies made by SQL, some minutes apart: 4,600 take less than a second.
for ($made = THROUGH_THE_API, $copy = 1; $made < (int) $count; $made += THROUGH_THE_API, $copy++) {
    $batch = array_slice($posts, 0, min(THROUGH_THE_API, (int) $count - $made));
    $old = implode(',', $batch);
    must($wpdb->query("INSERT INTO wp_posts (post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status, comment_status, ping_status, post_name, to_ping, pinged, post_modified, post_modified_gmt, post_content_filtered, guid, post_type)
        SELECT post_author, post_date + INTERVAL $copy MINUTE, post_date_gmt + INTERVAL $copy MINUTE, post_content, CONCAT(post_title, ' / $copy'), '', post_status, comment_status, ping_status, CONCAT(post_name, '-copy-$copy'), '', '', post_modified, post_modified_gmt, '', '', post_type FROM wp_posts WHERE ID IN ($old) ORDER BY ID"));
    must($wpdb->query("INSERT INTO wp_term_relationships (object_id, term_taxonomy_id, term_order)
        SELECT new.ID, r.term_taxonomy_id, 0 FROM wp_posts old JOIN wp_posts new ON new.post_name = CONCAT(old.post_name, '-copy-$copy')
        JOIN wp_term_relationships r ON r.object_id = old.ID WHERE old.ID IN ($old)"));
    $posts = array_merge($posts, array_map('intval', $wpdb->get_col("SELECT ID FROM wp_posts WHERE post_name LIKE 'post-%-copy-$copy' ORDER BY ID")));
}
$wpdb->query("UPDATE wp_posts SET guid = CONCAT('{$home}?p=', ID) WHERE guid = ''");

$page = 0;
for ($i = 0; $i < 8; $i++) {
    $page = must(wp_insert_post(['post_type' => 'page', 'post_title' => "About $i", 'post_content' => "Page $i", 'post_status' => 'publish', 'post_parent' => $i % 4 ? $page : 0, 'post_author' => 1], true));
}
for ($i = 0; $i < 12; $i++) {
    $id = must(wp_insert_post(['post_type' => 'book', 'post_title' => "Book $i", 'post_content' => "Volume $i", 'post_status' => 'publish', 'post_author' => $users[0]], true));
    wp_set_object_terms($id, [$genres[$i % 3]], 'genre');
    $id = must(wp_insert_post(['post_type' => 'event', 'post_title' => "Event $i", 'post_content' => "Gathering $i", 'post_status' => 'publish', 'post_author' => $users[0]], true));
    wp_set_object_terms($id, [$place], 'place');
}

// States that nobody may see, and states that are odd but public.
$odd = [
    'draft' => ['post_status' => 'draft'], 'pending' => ['post_status' => 'pending'], 'private' => ['post_status' => 'private'],
    'scheduled' => ['post_status' => 'future', 'post_date' => '2090-01-01 00:00:00'],
    'trashed' => ['post_status' => 'publish'], 'protected' => ['post_status' => 'publish', 'post_password' => 'open sesame'],
    'sticky' => ['post_status' => 'publish'], 'zero' => ['post_status' => 'publish'], 'orphan' => ['post_status' => 'publish', 'post_author' => $doomed],
    'pictureless' => ['post_status' => 'publish'],
];
$ids = [];
foreach ($odd as $name => $fields) {
    $ids[$name] = must(wp_insert_post($fields + ['post_title' => "The $name one", 'post_content' => "Secret words of the $name one.", 'post_author' => 1], true));
}
wp_trash_post($ids['trashed']);
stick_post($ids['sticky']);
update_post_meta($ids['pictureless'], '_thumbnail_id', 999999);
$wpdb->update($wpdb->posts, ['post_date' => '0000-00-00 00:00:00', 'post_date_gmt' => '0000-00-00 00:00:00'], ['ID' => $ids['zero']]);
$wpdb->delete($wpdb->users, ['ID' => $doomed]);

// Media: real pictures; one hangs below a draft, which makes it unreadable although it counts in the totals.
$media = [];
foreach ([$posts[0], $posts[1], 0, $ids['draft'], $page] as $i => $parent) {
    $image = imagecreatetruecolor(8 + $i, 8);
    imagefill($image, 0, 0, imagecolorallocate($image, 40 * $i, 90, 160));
    ob_start();
    imagepng($image);
    $file = wp_upload_bits("picture-$i.png", null, ob_get_clean(), '2022/04');
    $media[] = $id = must(wp_insert_attachment(['post_title' => "Picture $i", 'post_mime_type' => 'image/png', 'post_status' => 'inherit', 'post_excerpt' => "A caption, №$i"], $file['file'], $parent, true));
    wp_update_attachment_metadata($id, ['width' => 8 + $i, 'height' => 8, 'file' => _wp_relative_upload_path($file['file']), 'sizes' => []]);
    update_post_meta($id, '_wp_attachment_image_alt', "Köprü $i");
}
set_post_thumbnail($posts[0], $media[0]);

$parent = 0;
for ($i = 0; $i < 25; $i++) {
    $parent = must(wp_insert_comment(['comment_post_ID' => $posts[$i % min(5, count($posts))], 'comment_author' => "Reader $i", 'comment_author_email' => "reader$i@example.org", 'comment_content' => "Thought $i — güzel!", 'comment_approved' => $i % 9 === 8 ? 0 : 1, 'comment_parent' => $i % 10 === 5 ? $parent : 0]));
}

wp_defer_term_counting(false);
foreach (['category', 'post_tag'] as $taxonomy) {
    wp_update_term_count_now(get_terms(['taxonomy' => $taxonomy, 'hide_empty' => false, 'fields' => 'tt_ids']), $taxonomy);
}
wp_defer_comment_counting(false);
$wpdb->query('COMMIT');
echo json_encode(['odd' => $ids, 'posts' => $posts, 'media' => $media]), "\n";
