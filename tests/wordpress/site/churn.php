<?php
// Changes posts at random, as busy editors would, until told to stop. Each change is printed as it is done.
// Usage: php churn.php <core folder> <seed> <file whose appearance ends it>
[, $core, $seed, $stop] = $argv;
$_SERVER['HTTP_HOST'] = parse_url(getenv('PRESSCORPUS_HOME'), PHP_URL_HOST);
require $core . '/wp-load.php';
mt_srand((int) $seed);
global $wpdb;
wp_defer_term_counting(true);
remove_action('post_updated', 'wp_save_post_revision');
$actions = ['insert', 'insert', 'insert', 'edit', 'edit', 'edit', 'draft', 'trash', 'delete', 'delete', 'back', 'burst'];
// After so many changes it rests: on a slow machine some posts have to be there throughout all the same.
const MOST = 800;
$told = 0;
function tell(string $action, int $id): void {
    global $told;
    $told++;
    echo "$action $id\n";
    flush();
}
while (!file_exists($stop)) {
    if ($told >= MOST) {
        usleep(20000);
        continue;
    }
    $public = array_map('intval', $wpdb->get_col("SELECT ID FROM wp_posts WHERE post_type = 'post' AND post_status = 'publish' ORDER BY ID"));
    $id = $public[mt_rand(0, count($public) - 1)];
    $action = $actions[mt_rand(0, count($actions) - 1)];
    // Said before it is done: what is not said was not touched.
    switch ($action) {
        case 'insert':
            $old = mt_rand(0, 1) ? '2021-05-05 05:05:05' : '';
            tell('insert', wp_insert_post(['post_title' => 'A new one', 'post_content' => 'News.', 'post_status' => 'publish', 'post_author' => 1, 'post_date' => $old]));
            break;
        case 'edit':
            tell('edit', $id);
            wp_update_post(['ID' => $id, 'post_content' => get_post($id)->post_content . "\n\nEdited."]);
            break;
        case 'draft':
            tell('draft', $id);
            wp_update_post(['ID' => $id, 'post_status' => 'draft']);
            break;
        case 'trash':
            tell('trash', $id);
            wp_trash_post($id);
            break;
        case 'delete':
            tell('delete', $id);
            wp_delete_post($id, true);
            break;
        case 'back':
            $hidden = (int) $wpdb->get_var("SELECT ID FROM wp_posts WHERE post_type = 'post' AND post_status = 'draft' ORDER BY ID LIMIT 1");
            if ($hidden) {
                tell('back', $hidden);
                wp_update_post(['ID' => $hidden, 'post_status' => 'publish']);
            }
            break;
        case 'burst':
            // Many at once, as an import that is taken back; and as many new ones, so that the total tells nothing.
            $doomed = array_slice($public, mt_rand(0, max(0, count($public) - 40)), mt_rand(1, 40));
            foreach ($doomed as $each) {
                tell('delete', $each);
            }
            $wpdb->query('DELETE FROM wp_posts WHERE ID IN (' . implode(',', $doomed) . ')');
            for ($i = 0; $i < count($doomed); $i++) {
                $wpdb->insert($wpdb->posts, ['post_title' => 'Of a burst', 'post_content' => 'x', 'post_status' => 'publish', 'post_type' => 'post', 'post_author' => 1, 'post_date' => '2022-02-02 02:02:02', 'post_date_gmt' => '2022-02-01 23:02:02', 'post_modified' => '2022-02-02 02:02:02', 'post_modified_gmt' => '2022-02-01 23:02:02', 'post_excerpt' => '', 'to_ping' => '', 'pinged' => '', 'post_content_filtered' => '']);
            }
    }
    usleep(mt_rand(0, 60000));
}
