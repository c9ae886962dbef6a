"""Words of display names that are nobody's name: what reviewers call themselves, and what they do for a living."""

from amends.reviews.matching.folding import words

# Words that no one is called, but reviewers call themselves. With one of them the rest may still be a name.
_NO_NAME = words(
    "a an the and or of in from for with at on to is was this that not no never again my your our me we us you it i "
    "im iam its just only one two three four five first last next every "
    "google user users anonymous anon guest customer client patient reviewer review member someone "
    "somebody nobody person facebook instagram twitter yelp yelper trustpilot healthgrades account name username "
    "anonymously unknown private verified local guide consumer citizen resident neighbor visitor taxpayer veteran "
    "angry unhappy upset disappointed frustrated happy concerned honest former mad sad tired worried annoyed furious "
    "disgusted dissatisfied satisfied ex new old real true very so thru through truth teller telling saying sayin sayn "
    "mom moms mama mommy momma mum dad dads daddy papa mother father parent grandma grandpa granny nana wife husband "
    "son sons daughter kids family familia "
    "lady ladies guy guys man woman girl boy dude teacher nurse trucker truckin student driver lover love lovin fan "
    "gamer gamin runner runnin running hiker hikin biker bikin rider golfer surfer skater swimmer lifter climber "
    "fishin fishing huntin hunting campin camping cookin cooking bakin grillin grilling travelin traveler dancer "
    "dancin singer reader writer maker builder crafter quilter knitter gardener blogger fool freak geek nerd junkie "
    "addict goddess queen kween diva princess chick babe bro bros buddy boss pro expert master wizard ninja pirate "
    "warrior soldier marine army navy usaf "
    "coffee kitchen tea pizza taco burger bbq grill wine beer whiskey chocolate cookie cupcake donut bacon "
    "sunshine sunset sunrise sunny moonlight rainbow thunder lightning storm ocean beach lake river mountain desert "
    "garden flower flowers rose roses bloom butterfly bluebonnet bear bears wolf wolves tiger lion eagle eagles hawk "
    "turtle unicorn panda bunny horse horses pony puppy pup pups kitty kitten retriever golden lab plant plants book "
    "books bookworm music rocker guitar piano drummer soccer football baseball basketball hockey softball tennis golf "
    "gym fitness yoga crossfit truck trucks car cars jeep mustang harley bike wheels garage cowboys "
    "cowboy cowgirl country state city town southern northern texan tech hvac night owl nights day days life living "
    "livin blessed grateful super big little lil crazy wild silly sassy classy lucky lazy busy quiet loud proud simply "
    "ohio texas florida california arizona michigan maine oregon nevada idaho iowa kansas utah alabama alaska arkansas "
    "colorado connecticut delaware hawaii illinois indiana kentucky louisiana maryland massachusetts minnesota "
    "mississippi missouri montana nebraska oklahoma pennsylvania tennessee vermont wisconsin wyoming usa atx tx "
    "tooth teeth dental dentist smile cat dog cats dogs camper official "
    "un una usuario usuaria cliente anonimo anonima paciente enojado enojada molesto molesta decepcionado decepcionada "
    "triste harta harto nadie alguien persona madre hija hijo esposa esposo mi su con en por para "
)
# What stands beside a name on a sign: Orcutt Alterations, the Orcutt Group.
_TRADES = words(
    "llc inc co corp ltd pllc company companies group firm partners associates agency office enterprise enterprises "
    "holdings solutions services service consulting consultants management staffing notary law legal attorney "
    "attorneys lawyer tax taxes accounting bookkeeping insurance realty realtor realtors estate homes properties "
    "property rentals mortgage lending investments financial capital bank construction contracting contractors "
    "contractor builders roofing plumbing drain electric electrical heating cooling air mechanical welding fencing "
    "concrete masonry paving excavating drywall flooring floors tile carpet carpets cabinets carpentry woodwork "
    "woodworks handyman remodeling renovations painting painters landscaping landscape lawn lawncare gardens nursery "
    "tree irrigation pools pool pest cleaning cleaners janitorial maid maids laundry alterations tailoring tailor "
    "sewing upholstery furniture antiques auto automotive autos motors towing tow tires tire transmission collision "
    "detailing transport transportation trucking logistics freight hauling moving movers storage honda toyota nissan "
    "chevrolet chevy hyundai subaru mazda kia volkswagen dealership salon barber barbershop barbers beauty hair nails "
    "nail lashes brows spa skincare massage wellness fitness training studio studios boutique fashion jewelry "
    "jewelers gifts florist floral flowers design designs graphics printing prints signs media marketing "
    "photography photo photos video films productions entertainment events catering caterers cafe restaurant diner "
    "deli pizzeria taqueria bakery bakers cakes bakes sweets treats desserts creamery butcher meats market grocery "
    "foods kitchenware brewing brewery winery farm farms ranch ranches dairy orchard stables kennel kennels grooming "
    "vet veterinary pets daycare childcare preschool academy school tutoring lessons church ministries shop store "
    "outlet supply supplies wholesale hardware equipment tools industries manufacturing electronics computers repair "
    "repairs technologies software systems security locksmith "
    "taller panaderia pasteleria carniceria tienda restaurante estetica peluqueria jardineria construccion mudanzas"
)
# Of these, the ones that people are called beside another word: Guy Fisher, An Tran, Minnie Driver.
ALSO_NAMES = words(
    "guy driver son an su co man real georgia montana indiana nurse fan day happy may old rose harley lake rivers "
    "bear wolf love sunny golden hunter rider marine master reader rocker church law tailor gardener star bloom "
    "bunny kitty storm lawn garden gardens butcher dairy market painter queen princess dancer singer grill bank banks "
    "lucky book ocean river night nights little wild flowers beach tiger hawk eagle burger bacon barber pool im kia "
    "boss desert country sunset"
)
NO_NAMES = _NO_NAME | _TRADES
