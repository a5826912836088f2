<?php
// Prints the excerpt that WordPress makes of each content of a JSON list. Usage: php excerpt.php <core folder> <file>
[, $core, $file] = $argv;
$_SERVER['HTTP_HOST'] = parse_url(getenv('PRESSCORPUS_HOME'), PHP_URL_HOST);
require $core . '/wp-load.php';
kses_remove_filters();
$made = [];
foreach (json_decode(file_get_contents($file), true, 512, JSON_THROW_ON_ERROR) as $content) {
    $id = wp_insert_post(wp_slash(['post_title' => 'Any', 'post_content' => $content, 'post_status' => 'publish']));
    $post = get_post($id);
    setup_postdata($post);
    $made[] = apply_filters('the_excerpt', apply_filters('get_the_excerpt', '', $post));
    wp_delete_post($id, true);
}
echo json_encode($made, JSON_THROW_ON_ERROR), "\n";
