<?php
// Posts with pictures that are files. Usage: php pictures.php <core folder> <count>; prints what it made as JSON.
[, $core, $count] = $argv;
$_SERVER['HTTP_HOST'] = parse_url(getenv('PRESSCORPUS_HOME'), PHP_URL_HOST);
require $core . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/image.php';

function must($value) {
    if (is_wp_error($value) || !$value) {
        fwrite(STDERR, 'pictures: ' . (is_wp_error($value) ? $value->get_error_message() : 'nothing made') . "\n");
        exit(1);
    }
    return $value;
}
function drawn(int $seed): string {
    mt_srand($seed);
    $image = imagecreatetruecolor(320, 200);
    for ($i = 0; $i < 4000; $i++) {
        imagefilledrectangle($image, $x = mt_rand(0, 319), $y = mt_rand(0, 199), $x + 3, $y + 3, mt_rand(0, 0xFFFFFF));
    }
    ob_start();
    imagepng($image);
    return ob_get_clean();
}
function upload(string $name, string $bytes, string $kind, int $parent): int {
    add_filter('upload_mimes', fn ($kinds) => $kinds + ['json' => 'application/json']);
    $file = wp_upload_bits($name, null, $bytes, '2024/02');
    if ($file['error']) {
        fwrite(STDERR, $file['error']);
        exit(1);
    }
    $id = must(wp_insert_attachment(['post_title' => $name, 'post_mime_type' => $kind, 'post_status' => 'inherit'], $file['file'], $parent, true));
    wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $file['file']));
    return $id;
}
function post(string $title, string $status = 'publish'): int {
    return must(wp_insert_post(['post_title' => $title, 'post_content' => $title, 'post_status' => $status, 'post_author' => 1], true));
}

$made = [];
for ($i = 0; $i < (int) $count; $i++) {
    $post = post("A picture of number $i");
    $id = upload("drawn-$i.png", drawn($i), 'image/png', $post);
    $medium = wp_get_attachment_image_src($id, 'medium')[0];
    wp_update_post(['ID' => $post, 'post_content' => sprintf('<p>Number %d</p><img src="%s" srcset="%s 320w" alt="drawn">', $i, $medium, wp_get_attachment_url($id))]);
    $made[] = [$post, $id];
}
// The bytes of the first picture again, under another name and below no post; a document; one whose file is lost.
$same = upload('same.png', drawn(0), 'image/png', 0);
$document = upload('report.pdf', "%PDF-1.4\n" . str_repeat("1 0 obj\n", 200), 'application/pdf', 0);
$lost = upload('lost.png', drawn(900), 'image/png', 0);
unlink(get_attached_file($lost));
// A file that reads like an answer of the API, and a picture that hangs below a draft.
$trap = upload('trap.json', json_encode([['id' => 77777, 'type' => 'post', 'title' => ['rendered' => 'Trap'], 'content' => ['rendered' => 'Never written.'], 'link' => home_url('/trap/'), 'slug' => 'trap', 'date_gmt' => '2024-01-01T00:00:00', 'status' => 'publish']]), 'application/json', 0);
$hidden = upload('hidden.png', drawn(901), 'image/png', post('A draft', 'draft'));
echo json_encode(compact('made', 'same', 'document', 'lost', 'trap', 'hidden')), "\n";
