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

// "appended": what plugins show readers below a post, and the API does not have.
add_filter('the_content', function ($content) {
    if (!presscorpus_switch('appended') || !is_singular() || (defined('REST_REQUEST') && REST_REQUEST)) {
        return $content;
    }
    $share = '<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3><ul><li><a href="?share=facebook">Facebook</a></li><li><a href="?share=x">X</a></li></ul></div>';
    $related = '<div id="jp-relatedposts" class="jp-relatedposts"><h3>Related</h3><p><a href="?p=1">Another post that a reader may like</a></p></div>';
    $ad = '<div class="code-block code-block-1" style="margin: 8px 0;">Advertisement: buy something now</div>';
    return [$content, $content . $share, $content . $share . $related, $ad . $content . $related][get_the_ID() % 4];
}, 99);

// "unnamed": what a plugin that nobody knows adds to pages, and one that is known adds to feeds.
add_filter('the_content', function ($content) {
    if (!presscorpus_switch('unnamed') || !is_singular() || (defined('REST_REQUEST') && REST_REQUEST)) {
        return $content;
    }
    return '<div class="tell-friends"><p>Tell your friends about this story</p></div>' . $content . '<aside class="our-newsletter"><form><label>Your address</label><button>Subscribe to the newsletter</button></form></aside>';
}, 98);

// "lists": what widgets of categories and tags show, on the front page alone: 130 tags on every page would mislead the
// libraries that pages are compared with.
add_action('wp_footer', function () {
    if (presscorpus_switch('lists') && is_front_page()) {
        echo '<ul>';
        wp_list_categories(['hide_empty' => false, 'show_count' => true]);
        echo '</ul>';
        wp_tag_cloud(['number' => 0]);
    }
});

// "longer": what long posts have, for readers, feeds and the API alike.
add_filter('the_content', function ($content) {
    $id = (int) get_the_ID();
    if (!presscorpus_switch('longer') || post_password_required($id)) {
        return $content;
    }
    $words = wp_strip_all_tags($content);
    $picture = content_url('/uploads/2022/04/picture-0.png');
    $parts = [
        "<!-- wp:heading -->\n<h2 class=\"wp-block-heading\">Why №$id?</h2>\n<!-- /wp:heading -->",
        "<!-- wp:list -->\n<ul><li>One, $words</li><li>Two &amp; three<ul><li>Three – “half”</li></ul></li></ul>\n<!-- /wp:list -->",
        "<!-- wp:gallery {\"linkTo\":\"none\"} -->\n<figure class=\"wp-block-gallery has-nested-images columns-default is-cropped\"><!-- wp:image -->\n<figure class=\"wp-block-image\"><img src=\"$picture\" alt=\"A bridge\"/><figcaption class=\"wp-element-caption\">The bridge of $id</figcaption></figure>\n<!-- /wp:image --><figcaption class=\"blocks-gallery-caption\">Bridges</figcaption></figure>\n<!-- /wp:gallery -->",
        "[gallery ids=\"" . implode(',', get_posts(['post_type' => 'attachment', 'fields' => 'ids', 'numberposts' => 2, 'orderby' => 'ID', 'order' => 'ASC', 'suppress_filters' => true])) . "\"]",
        "<!-- wp:table -->\n<figure class=\"wp-block-table\"><table><tbody><tr><td>Year</td><td>People</td></tr><tr><td>2022</td><td>$id</td></tr></tbody></table><figcaption>Crossings</figcaption></figure>\n<!-- /wp:table -->",
        "<!-- wp:code -->\n<pre class=\"wp-block-code\"><code>if (a &lt; b) { return $id; }</code></pre>\n<!-- /wp:code -->",
        "<!-- wp:pullquote -->\n<figure class=\"wp-block-pullquote\"><blockquote><p>$words</p><cite>Somebody</cite></blockquote></figure>\n<!-- /wp:pullquote -->",
        "<!-- wp:latest-posts {\"postsToShow\":2} /-->",
        "<!-- wp:paragraph -->\n<p>:-) It's \"done\" -- at last...</p>\n<!-- /wp:paragraph -->",
        "[caption width=\"8\"]<img src=\"$picture\" alt=\"\" /> A caption of {$id}[/caption]",
    ];
    foreach ($parts as $place => $part) {
        $content .= ($id >> ($place % 4)) & 1 ? "\n\n$part" : '';
    }
    return $content;
}, 1);

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

// "close_books": the status with which the routes of one type are refused.
add_filter('rest_pre_dispatch', function ($result, $server, $request) {
    $status = (int) presscorpus_switch('close_books');
    return $status && preg_match('#^/wp/v2/books#', $request->get_route())
        ? new WP_Error('rest_forbidden', 'Only for users.', ['status' => $status]) : $result;
}, 9, 3);

// "lastmod": times of the last change in sitemaps, as WordPress has them since 6.5 (WP_Sitemaps_Posts).
add_filter('wp_sitemaps_posts_entry', function ($entry, $post) {
    return presscorpus_switch('lastmod') ? $entry + ['lastmod' => wp_date(DATE_W3C, strtotime($post->post_modified_gmt))] : $entry;
}, 10, 2);

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

// What plugins, themes and caches do to lists; the cases of tests/quirks of the same names say where people met them.
// "max": the largest per_page. "no_order_by_id": what some plugins leave of the allowed orders.
foreach (['post', 'page', 'book', 'event', 'attachment', 'category', 'post_tag', 'genre', 'place'] as $kind) {
    add_filter("rest_{$kind}_collection_params", function ($params) {
        if ($most = (int) presscorpus_switch('max')) {
            $params['per_page']['maximum'] = $most;
        }
        if (presscorpus_switch('no_order_by_id')) {
            $params['orderby']['enum'] = array_values(array_diff($params['orderby']['enum'], ['id']));
        }
        return $params;
    });
}
// "cap": rows of every page, whatever is asked for, as themes set it. "no_found_rows": totals of 0. "menu_order": the
// order of plugins for custom orders, in which all posts are equal.
foreach (['post', 'page', 'book', 'event', 'attachment'] as $kind) {
    add_filter("rest_{$kind}_query", function ($args) {
        if ($most = (int) presscorpus_switch('cap')) {
            $args['posts_per_page'] = $most;
        }
        if (presscorpus_switch('no_found_rows')) {
            $args['no_found_rows'] = true;
        }
        if (presscorpus_switch('menu_order') && empty($args['post__in'])) {
            $args['orderby'] = 'menu_order';
        }
        return $args;
    }, 99);
}
// "no_totals": headers that a cache forgets. "closed": a number whose digits close the index (1), types and taxonomies (2).
add_filter('rest_post_dispatch', function ($response) {
    if (presscorpus_switch('no_totals')) {
        $response->set_headers(array_diff_key($response->get_headers(), ['X-WP-Total' => 1, 'X-WP-TotalPages' => 1]));
    }
    return $response;
});
add_filter('rest_pre_dispatch', function ($result, $server, $request) {
    $closed = (int) presscorpus_switch('closed');
    $is_index = $request->get_route() === '/';
    $is_listing = in_array($request->get_route(), ['/wp/v2/types', '/wp/v2/taxonomies'], true);
    if (($closed & 1 && $is_index) || ($closed & 2 && $is_listing)) {
        return new WP_Error('rest_login_required', 'Only for users.', ['status' => 401]);
    }
    return $result;
}, 11, 3);

// Nothing here asks the network for anything.
add_filter('pre_http_request', fn () => new WP_Error('blocked', 'The tests have no network.'));
