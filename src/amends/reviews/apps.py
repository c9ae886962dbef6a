from django.apps import AppConfig
from django.db.models.signals import post_save


class ReviewsConfig(AppConfig):
    name = "amends.reviews"
    label = "reviews"

    def ready(self) -> None:
        from amends.cases.actions import follow
        from amends.cases.work_besides import also_on_my_work
        from amends.deliveries.endings import hears_of
        from amends.protocol.words import Purpose
        from amends.reviews import queues
        from amends.reviews.models import Reply, Review
        from amends.reviews.on_site import delivery_ended
        from amends.reviews.pressing import replies_that_press, reviews_at_the_wrong_office
        from amends.reviews.profile_troubles import profiles_to_see_to
        from amends.reviews.work import replies_to_look_at

        hears_of(Purpose.REPLY, delivery_ended)
        follow(queues.cases_changed)
        post_save.connect(queues.review_saved, sender=Review, dispatch_uid="reviews.review_saved")
        post_save.connect(queues.reply_saved, sender=Reply, dispatch_uid="reviews.reply_saved")
        also_on_my_work(replies_that_press)
        also_on_my_work(reviews_at_the_wrong_office)
        also_on_my_work(replies_to_look_at)
        also_on_my_work(profiles_to_see_to)
