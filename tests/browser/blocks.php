<?php
// Publishes posts as an editor who may write any HTML, and one picture in several sizes for them.
// Usage: php blocks.php <core folder> <JSON file of contents>. In them @M is the picture's id and @S its address.
// Prints the ids in order.
[, $core, $file] = $argv;
$_SERVER['HTTP_HOST'] = parse_url(getenv('PRESSCORPUS_HOME'), PHP_URL_HOST);
require $core . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/image.php';
kses_remove_filters();

function must($value) {
    if (is_wp_error($value) || !$value) {
        fwrite(STDERR, 'blocks: ' . (is_wp_error($value) ? $value->get_error_message() : 'nothing made') . "\n");
        exit(1);
    }
    return $value;
}

$folder = wp_upload_dir();
$picture = $folder['path'] . '/bridge.png';
must(imagepng(imagecreatetruecolor(1800, 1200), $picture));
$medium = must(wp_insert_attachment(['post_title' => 'Bridge', 'post_mime_type' => 'image/png', 'post_status' => 'inherit'], $picture));
wp_update_attachment_metadata($medium, wp_generate_attachment_metadata($medium, $picture));
$ids = [];
foreach (json_decode(file_get_contents($file), true) as $number => $content) {
    $content = str_replace(['@M', '@S'], [$medium, wp_get_attachment_url($medium)], $content);
    $ids[] = must(wp_insert_post(wp_slash(['post_title' => "Blocks $number", 'post_content' => $content, 'post_status' => 'publish', 'post_author' => 1]), true));
}
echo json_encode($ids), "\n";
