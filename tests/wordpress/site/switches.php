<?php
/*
Plugin Name: What the tests need: custom types, and faults that can be switched on
*/

add_action('init', function () {
    register_taxonomy('genre', ['book', 'post'], [
        'label' => 'Genres', 'public' => true, 'hierarchical' => true, 'show_in_rest' => true, 'rest_base' => 'genres',
    ]);
    register_taxonomy('place', ['event'], [
        'label' => 'Places', 'public' => true, 'show_in_rest' => true, 'rest_base' => 'places',
        'rest_namespace' => 'presscorpus/v1',
    ]);
    register_post_type('book', [
        'label' => 'Books', 'public' => true, 'show_in_rest' => true, 'rest_base' => 'books',
        'taxonomies' => ['genre'], 'supports' => ['title', 'editor', 'author', 'thumbnail'],
    ]);
    register_post_type('event', [
        'label' => 'Events', 'public' => true, 'show_in_rest' => true, 'rest_base' => 'events',
        'rest_namespace' => 'presscorpus/v1', 'taxonomies' => ['place'], 'supports' => ['title', 'editor', 'author'],
    ]);
});

function presscorpus_switch(string $name) {
    $switches = json_decode((string) get_option('presscorpus_switches', '{}'), true) ?: [];
    return $switches[$name] ?? null;
}

function presscorpus_die(int $status): void {
    status_header($status);
    header('Content-Type: text/html; charset=UTF-8');
    exit('<!DOCTYPE html><title>WordPress &rsaquo; Error</title><p>There has been a critical error.</p>');
}

// "choke": id of a post that no response can be made of. "choke_content": id of one whose content cannot be rendered.
add_filter('rest_prepare_post', function ($response, $post) {
    if ((int) presscorpus_switch('choke') === (int) $post->ID) {
        presscorpus_die(500);
    }
    return $response;
}, 10, 2);
add_filter('the_content', function ($content) {
    if (defined('REST_REQUEST') && (int) presscorpus_switch('choke_content') === (int) get_the_ID()) {
        presscorpus_die(500);
    }
    return $content;
});

// "noise": what badly behaved plugins print before and after the JSON.
add_filter('rest_pre_serve_request', function ($served, $result) {
    if (!presscorpus_switch('noise') || !is_array($result->get_data())) {
        return $served;
    }
    echo "\xEF\xBB\xBF<br />\n<b>Warning</b>:  Undefined variable \$x in <b>/srv/plugin.php</b> on line <b>3</b><br />\n";
    echo wp_json_encode($result->get_data()), "\n<!-- cached by a plugin -->";
    return true;
}, 10, 2);

// "block": the status with which the whole API is refused, as plugins that "disable the REST API" do.
add_filter('rest_authentication_errors', function ($result) {
    $status = (int) presscorpus_switch('block');
    return $status ? new WP_Error('rest_cannot_access', 'Only authenticated users can access the REST API.', ['status' => $status]) : $result;
});

// "busy": how many more requests are answered with 503 and Retry-After.
add_filter('rest_pre_dispatch', function ($result, $server, $request) {
    $left = (int) get_option('presscorpus_busy', 0);
    if ($left > 0) {
        update_option('presscorpus_busy', $left - 1);
        header('Retry-After: 0');
        return new WP_Error('busy', 'Busy.', ['status' => 503]);
    }
    return $result;
}, 10, 3);

// Nothing here asks the network for anything.
add_filter('pre_http_request', fn () => new WP_Error('blocked', 'The tests have no network.'));
